// As much of a browser as Auth.js takes: cookies, its forms, and the requests of `useSession`.

export class Browser {
  #origin;
  #base;
  #cookies = new Map();

  /** @param {string} [base] where Auth.js answers */
  constructor(origin, base = "/api/auth") {
    this.#origin = origin;
    this.#base = base;
  }

  /** The names of the cookies that it keeps. */
  get cookies() {
    return [...this.#cookies.keys()];
  }

  /** Its cookies, as it sends them. */
  get cookie() {
    return [...this.#cookies].map((pair) => pair.join("=")).join("; ");
  }

  async signIn(provider, form = {}) {
    const { csrfToken } = await this.json(`${this.#base}/csrf`);
    const path = provider === "credentials" ? "callback/credentials" : `signin/${provider}`;
    const body = new URLSearchParams({ ...form, csrfToken, callbackUrl: this.#origin });
    let response = await this.fetch(`${this.#base}/${path}`, { method: "POST", body });
    for (let hops = 0; response.status === 302 && hops < 6; hops++) {
      const next = new URL(response.headers.get("location"), this.#origin);
      if (next.pathname === "/") return;
      if (next.searchParams.has("error")) throw new Error(`not signed in: ${next}`);
      response = await this.fetch(next);
    }
    throw new Error(`not signed in: ${response.status} ${await response.text()}`);
  }

  async signOut() {
    const { csrfToken } = await this.json(`${this.#base}/csrf`);
    const body = new URLSearchParams({ csrfToken });
    await this.fetch(`${this.#base}/signout`, { method: "POST", body });
  }

  /** What `useSession` fetches. */
  session() {
    return this.json(`${this.#base}/session`);
  }

  /** What `update(data)` of next-auth/react sends: version 4 always posts, version 5 posts data only. */
  async update(version, ...[data]) {
    if (version === 5 && data === undefined) return this.session();
    const { csrfToken } = await this.json(`${this.#base}/csrf`);
    return this.json(`${this.#base}/session`, {
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
    const { cookie } = this;
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
