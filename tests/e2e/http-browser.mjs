// As much of a browser as a sign-in takes: it keeps cookies, and posts the forms of Auth.js.

export class HttpBrowser {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  async signIn(credentials) {
    const { csrfToken } = await this.json("/api/auth/csrf");
    await this.fetch("/api/auth/callback/credentials", { ...credentials, csrfToken });
  }

  async signOut() {
    const { csrfToken } = await this.json("/api/auth/csrf");
    await this.fetch("/api/auth/signout", { csrfToken });
  }

  async json(path) {
    return JSON.parse(await this.text(path));
  }

  async text(path) {
    const response = await this.fetch(path);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 200)}`);
    return text;
  }

  /** GET, or POST with a form. Redirects are not followed. */
  async fetch(path, form) {
    const response = await fetch(new URL(path, this.#origin), {
      method: form ? "POST" : "GET",
      headers: { cookie: [...this.#cookies].map((cookie) => cookie.join("=")).join("; ") },
      body: form && new URLSearchParams(form),
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}
