// As much of a browser as a sign-in takes: it keeps cookies, and posts the form of next-auth's page.

export class Browser {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  async signIn(credentials) {
    const { csrfToken } = await this.#fetch("/api/auth/csrf");
    const form = { ...credentials, csrfToken, json: "true" };
    await this.#fetch("/api/auth/callback/credentials", form);
  }

  session() {
    return this.#fetch("/api/auth/session");
  }

  /** GET, or POST with a form; the JSON of the answer. */
  async #fetch(path, form) {
    const response = await fetch(new URL(path, this.#origin), {
      method: form ? "POST" : "GET",
      headers: { cookie: [...this.#cookies].map((cookie) => cookie.join("=")).join("; ") },
      body: form && new URLSearchParams(form),
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
