// As much of a browser as Auth.js takes: cookies, its forms, and the requests of `useSession`.

export class Browser {
  #origin;
  #cookies = new Map();

  constructor(origin) {
    this.#origin = origin;
  }

  /** The names of the cookies that it keeps. */
  get cookies() {
    return [...this.#cookies.keys()];
  }

  async signIn(provider, form = {}) {
    const { csrfToken } = await this.json("/api/auth/csrf");
    const path = provider === "credentials" ? "callback/credentials" : `signin/${provider}`;
    const body = new URLSearchParams({ ...form, csrfToken, callbackUrl: this.#origin });
    let response = await this.fetch(`/api/auth/${path}`, { method: "POST", body });
    for (let hops = 0; response.status === 302 && hops < 6; hops++) {
      const next = new URL(response.headers.get("location"), this.#origin);
      if (next.pathname === "/") return;
      if (next.searchParams.has("error")) throw new Error(`not signed in: ${next}`);
      response = await this.fetch(next);
    }
    throw new Error(`not signed in: ${response.status} ${await response.text()}`);
  }

  async signOut() {
    const { csrfToken } = await this.json("/api/auth/csrf");
    const body = new URLSearchParams({ csrfToken });
    await this.fetch("/api/auth/signout", { method: "POST", body });
  }

  /** What `useSession` fetches. */
  session() {
    return this.json("/api/auth/session");
  }

  /** What `update(data)` of next-auth/react sends: version 4 always posts, version 5 posts data only. */
  async update(version, ...[data]) {
    if (version === 5 && data === undefined) return this.session();
    const { csrfToken } = await this.json("/api/auth/csrf");
    return this.json("/api/auth/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ csrfToken, data }),
    });
  }

  async json(path, options) {
    const response = await this.fetch(path, options);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  async fetch(path, { headers, ...options } = {}) {
    const url = new URL(path, this.#origin);
    const isHere = url.origin === this.#origin;
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(url, {
      ...options,
      headers: { ...(isHere && cookie ? { cookie } : {}), ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of isHere ? response.headers.getSetCookie() : []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) {
        this.#cookies.delete(name);
      } else {
        this.#cookies.set(name, value);
      }
    }
    return response;
  }
}
