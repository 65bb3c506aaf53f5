// One client's connection, by Convex's sync protocol over a WebSocket. The messages are those of
// src/browser/sync/protocol.ts in the `convex` package; what is done on each, and in which order,
// follows Convex's crate `sync` (worker.rs, state.rs).
import { Refusal, anonymous } from "./identities.mjs";

/** The close codes of RFC 6455, section 7.4.1, that Convex uses for these. */
const policyViolation = 1008;
const internalError = 1011;

/** What a socket tells as AuthError. Anything else closes it, and the client tries again. */
const authErrors = [400, 401, 403];

export class SyncConnection {
  #socket;
  #deployment;
  #ping;
  #clientClockSkew;
  #closed = false;

  /** What the client has been told. */
  #version = { querySet: 0, identity: 0, ts: 0n };
  #identity = anonymous;
  #queries = new Map();

  /** What the client has said since. */
  #received = { querySet: 0, identity: 0 };
  #newIdentity;
  #modifications = [];

  #messages = Promise.resolve();
  #mutations = Promise.resolve();
  #scheduled = false;
  #updating = false;
  /** The client waits for a transition, even if it changes no result. */
  #owed = false;

  constructor(socket, deployment) {
    this.#socket = socket;
    this.#deployment = deployment;
    this.#ping = setInterval(() => this.#send({ type: "Ping" }), deployment.heartbeat);
    const changed = () => {
      for (const query of this.#queries.values()) query.stale = true;
      this.#schedule();
    };
    deployment.on("change", changed);
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      this.#messages = this.#messages.then(() => this.#try(() => this.#receive(message), message));
    });
    socket.on("close", () => {
      this.#closed = true;
      clearInterval(this.#ping);
      deployment.off("change", changed);
      deployment.log.record("disconnect");
    });
    socket.on("error", () => {});
  }

  async #receive(message) {
    switch (message.type) {
      case "Connect": {
        const { connectionCount, lastCloseReason } = message;
        this.#deployment.log.record("connect", { connectionCount, lastCloseReason });
        this.#clientClockSkew = message.clientTs - this.#deployment.identities.now * 1000;
        return;
      }
      case "Authenticate":
        return this.#authenticate(message);
      case "ModifyQuerySet": {
        this.#ensureBase("querySet", message.baseVersion);
        this.#modifications.push(...message.modifications);
        this.#received.querySet = message.newVersion;
        return this.#schedule({ owed: true });
      }
      case "Mutation": {
        const identity = this.#freshIdentity();
        // One at a time, in the order in which they came.
        this.#mutations = this.#mutations.then(() => this.#run("mutation", message, identity));
        return;
      }
      case "Action": {
        const identity = this.#freshIdentity();
        // Not waited for: actions run side by side.
        this.#run("action", message, identity);
        return;
      }
      case "Event":
        return;
      default:
        throw new Error(`a message of the unknown type ${message.type}`);
    }
  }

  async #authenticate({ tokenType, value, baseVersion }) {
    const identity = await this.#identityOf(tokenType, value);
    this.#ensureBase("identity", baseVersion);
    this.#newIdentity = identity;
    this.#received.identity += 1;
    this.#schedule({ owed: true });
  }

  async #identityOf(tokenType, value) {
    if (tokenType === "Admin") return this.#deployment.authenticateAdmin(value);
    if (tokenType === "User") return this.#deployment.identities.authenticate(value, "socket");
    this.#deployment.log.record("signOut");
    return anonymous;
  }

  #ensureBase(name, baseVersion) {
    if (this.#received[name] === baseVersion) return;
    throw new Error(`${name} is at ${this.#received[name]}, the message is for ${baseVersion}`);
  }

  #freshIdentity() {
    const identity = this.#newIdentity ?? this.#identity;
    this.#deployment.identities.ensureFresh(identity);
    return identity;
  }

  async #run(kind, { requestId, udfPath, args }, identity) {
    await this.#try(async () => {
      const result = await this.#deployment.run(kind, udfPath, args, identity);
      const { value, errorMessage, errorData } = result;
      const success = errorMessage === undefined;
      // The client waits for a transition at or past this time.
      const ts = success || kind === "action" ? this.#deployment.commit() : undefined;
      this.#send({
        type: kind === "mutation" ? "MutationResponse" : "ActionResponse",
        requestId,
        success,
        result: success ? value : errorMessage,
        errorData,
        ts: ts && encodeTimestamp(ts),
        logLines: [],
      });
      this.#schedule({ owed: true });
    });
  }

  #schedule({ owed = false } = {}) {
    this.#scheduled = true;
    this.#owed ||= owed;
    if (!this.#updating) queueMicrotask(() => this.#update());
  }

  async #update() {
    if (this.#updating || this.#closed) return;
    this.#updating = true;
    while (this.#scheduled && !this.#closed) {
      this.#scheduled = false;
      await this.#try(() => this.#transition());
    }
    this.#updating = false;
  }

  /** Brings the client from what it has been told to what is so now. */
  async #transition() {
    const owed = this.#owed;
    this.#owed = false;
    const endVersion = { ...this.#received, ts: this.#deployment.timestamp };
    const modifications = this.#modifyQuerySet();
    if (this.#newIdentity) {
      this.#identity = this.#newIdentity;
      this.#newIdentity = undefined;
      for (const query of this.#queries.values()) query.stale = true;
    }
    const identity = this.#freshIdentity();
    const stale = [...this.#queries].filter(([, query]) => query.stale);
    const results = stale.map(([id, query]) => this.#runQuery(id, query, identity));
    modifications.push(...(await Promise.all(results)).filter(Boolean));
    if (!owed && modifications.length === 0) return;
    this.#send({
      type: "Transition",
      startVersion: encodeVersion(this.#version),
      endVersion: encodeVersion(endVersion),
      modifications,
      clientClockSkew: this.#clientClockSkew,
      // When it is sent: the client tells from it how long it was on its way.
      serverTs: this.#deployment.identities.now * 1e9,
    });
    this.#version = endVersion;
  }

  #modifyQuerySet() {
    const removed = [];
    for (const { type, queryId, udfPath, args } of this.#modifications.splice(0)) {
      if (type === "Add") {
        this.#queries.set(queryId, { udfPath, args, stale: true });
      } else {
        this.#queries.delete(queryId);
        removed.push({ type: "QueryRemoved", queryId });
      }
    }
    return removed;
  }

  /** What to tell the client of a query, unless that is what it knows already. */
  async #runQuery(queryId, query, identity) {
    query.stale = false;
    const result = await this.#deployment.run("query", query.udfPath, query.args, identity);
    const told = JSON.stringify(result);
    if (query.told === told) return undefined;
    query.told = told;
    const { value, errorMessage, errorData } = result;
    const common = { queryId, logLines: [], journal: null };
    return errorMessage === undefined
      ? { type: "QueryUpdated", value, ...common }
      : { type: "QueryFailed", errorMessage, errorData, ...common };
  }

  /** Does something, and ends the connection if that fails. */
  async #try(action, message) {
    if (this.#closed) return;
    try {
      await action();
    } catch (error) {
      this.#fail(error, message?.type === "Authenticate");
    }
  }

  #fail(error, authUpdateAttempted) {
    if (this.#closed) return;
    const refused = error instanceof Refusal && authErrors.includes(error.status);
    this.#deployment.log.record("failure", {
      authError: refused,
      authUpdateAttempted,
      message: error.message,
    });
    if (refused) {
      this.#send({
        type: "AuthError",
        error: error.message,
        baseVersion: this.#version.identity,
        authUpdateAttempted,
      });
    }
    this.#closed = true;
    const code = refused ? policyViolation : internalError;
    this.#socket.close(code, refused ? error.code : "InternalServerError");
  }

  #send(message) {
    if (!this.#closed) this.#socket.send(JSON.stringify(message));
  }
}

function encodeVersion({ ts, ...version }) {
  return { ...version, ts: encodeTimestamp(ts) };
}

/** A u64 as its eight bytes, the lowest first, in base64. */
export function encodeTimestamp(ts) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(ts);
  return bytes.toString("base64");
}
