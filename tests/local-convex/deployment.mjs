// The deployment itself: functions, variables and providers, whatever the protocol that asks.
import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { Refusal } from "./identities.mjs";

/** Whoever has the admin key, such as the `convex` CLI. */
export const admin = { attributes: null, admin: true };

/** Emits "change" when something is so that queries may give another result. */
export class Deployment extends EventEmitter {
  adminKey = `local|${randomBytes(16).toString("hex")}`;
  /** Of the last change. Grows with each, and with time, as a client expects after a restart. */
  timestamp = nanoseconds();
  /** How often a connection without other messages is sent one, in milliseconds. */
  heartbeat;
  #environment;
  #settingEnvironment = Promise.resolve();

  constructor({ environment, functions, identities, log, heartbeat }) {
    super();
    this.setMaxListeners(0);
    this.#environment = environment;
    this.functions = functions;
    this.identities = identities;
    this.log = log;
    this.heartbeat = heartbeat;
  }

  get environment() {
    return this.#environment.list();
  }

  /** Sets variables, and removes those that are null. As on Convex, auth.config.ts is evaluated anew. */
  setEnvironment(changes) {
    const set = async () => {
      const environment = this.#environment.with(changes);
      await this.identities.configure(await this.functions.authConfig(environment.all));
      await this.functions.setEnvironment(environment.all);
      this.#environment = environment;
      this.log.record("environment", { names: Object.keys(changes) });
      this.commit();
    };
    const setting = this.#settingEnvironment.then(set);
    this.#settingEnvironment = setting.catch(() => {});
    return setting;
  }

  /** Notes a change, and returns its timestamp. Who hears of it acts after the caller. */
  commit() {
    const now = nanoseconds();
    this.timestamp = now > this.timestamp ? now : this.timestamp + 1n;
    queueMicrotask(() => this.emit("change"));
    return this.timestamp;
  }

  /**
   * Runs a function for a client. After a mutation or an action, the caller is to `commit`.
   *
   * @param {object[]} args the one object, in Convex's JSON, that a function takes
   */
  async run(kind, path, args, identity) {
    if (path.startsWith("_system/")) return this.#runSystem(path, args, identity);
    const result = await this.functions.run(kind, path, args[0] ?? {}, identity.attributes);
    const { errorMessage } = result;
    this.log.record("function", {
      kind,
      path,
      subject: identity.attributes?.subject,
      errorMessage,
    });
    return result;
  }

  /** Runs any function for whoever has the admin key, as `npx convex run` does. */
  async runAsAdmin(path, args) {
    const result = await this.functions.runAsAdmin(path, args[0] ?? {});
    this.log.record("function", { kind: "admin", path, errorMessage: result.errorMessage });
    return result;
  }

  /**
   * The identity of an HTTP request.
   *
   * @param {string | undefined} header Authorization
   * @throws {Refusal}
   */
  async authenticateHeader(header, transport, anonymous) {
    const [, scheme, credentials] = header?.match(/^(\w+)\s+(.*)$/) ?? [];
    if (scheme === "Bearer") return this.identities.authenticate(credentials, transport);
    if (scheme === "Convex") return this.authenticateAdmin(credentials);
    return anonymous;
  }

  authenticateAdmin(key) {
    if (key === this.adminKey) return admin;
    const message = "The provided admin key was invalid for this instance";
    throw new Refusal({ status: 401, code: "BadAdminKey", message });
  }

  /** What the `convex env` commands query. */
  #runSystem(path, [{ name } = {}], identity) {
    if (identity !== admin) return { errorMessage: `Could not find public function for '${path}'` };
    const variables = Object.entries(this.environment).map(([name, value]) => ({ name, value }));
    switch (path) {
      case "_system/cli/queryEnvironmentVariables":
      case "_system/cli/queryEnvironmentVariables:default":
        return { value: variables };
      case "_system/cli/queryEnvironmentVariables:get":
        return { value: variables.find((variable) => variable.name === name) ?? null };
      default:
        return { errorMessage: `The stand-in has no ${path}` };
    }
  }
}

function nanoseconds() {
  return BigInt(Date.now()) * 1_000_000n;
}
