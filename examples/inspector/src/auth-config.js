/**
 * The providers of an `auth.config.ts`, read from its text without running it: literals, constants,
 * variables of the environment, `convexAuthConfig` and `convexAuthProvider`.
 */
import { convexAuthProvider } from "convex-token";

/** What went wrong, in words for the page. */
class Unreadable extends Error {}

/**
 * @typedef {object} ReadConfig
 * @property {any[]} providers as Convex would get them; empty while a variable is not given
 * @property {string[]} names of the variables that the text reads
 * @property {string[]} missing those of them that are not given
 */

/**
 * Reads the text of an `auth.config.ts`, of its `providers`, or of one entry; JSON included.
 *
 * @param {string} text
 * @param {Record<string, string>} variables of the deployment
 * @returns {ReadConfig}
 * @throws when the text has no provider in it; its message is for the page
 */
export function readAuthConfig(text, variables) {
  const reader = new Reader(tokensOf(text), variables);
  const value = reader.document();
  const missing = [...reader.names].filter((name) => !variables[name]);
  const list = Array.isArray(value) ? value : (value?.providers ?? [value]);
  if (!Array.isArray(list) || list.some((entry) => typeof entry !== "object" || entry === null)) {
    throw new Unreadable(
      "No provider was found in this text: it should export { providers: […] }.",
    );
  }
  const providers = missing.length === 0 ? list : [];
  return { providers, names: [...reader.names], missing };
}

const pattern =
  /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|(?<text>"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|`(?:\\[^]|[^`\\])*`)|(?<word>[A-Za-z_$][\w$]*)|(?<number>-?\d[\d.e+]*)|(?<mark>\?\?|\|\||\.\.\.|\?\.|=>|[^])/gy;

/** @typedef {{ kind: "text" | "word" | "number" | "mark" | "end", value: string }} Token */

/**
 * @param {string} text
 * @returns {Token[]}
 */
function tokensOf(text) {
  const tokens = [];
  for (const { groups = {} } of text.matchAll(pattern)) {
    const [found] = Object.entries(groups).filter(([, value]) => value !== undefined);
    if (found) tokens.push(/** @type {Token} */ ({ kind: found[0], value: found[1] }));
  }
  return tokens;
}

const end = /** @type {Token} */ ({ kind: "end", value: "the end" });
const words = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);

const MAX_DEPTH = 100;

/** A reader of as much TypeScript as such files have. */
class Reader {
  /** @type {Set<string>} */
  names = new Set();
  #tokens;
  #variables;
  #at = 0;
  #depth = 0;
  /** @type {Set<string>} constants that are being read: one that names itself is no value */
  #open = new Set();

  /**
   * @param {Token[]} tokens
   * @param {Record<string, string>} variables
   */
  constructor(tokens, variables) {
    this.#tokens = tokens;
    this.#variables = variables;
  }

  /** What the text exports, or is. */
  document() {
    const start = this.#find("export", "default");
    if (start !== undefined) this.#at = start;
    else if (this.#tokens[0]?.kind === "word" && this.#tokens[1]?.value === ":") {
      return this.#members(end.value); // Lines from within an entry.
    }
    return this.#value();
  }

  get #next() {
    return this.#tokens[this.#at] ?? end;
  }

  /** @param {string} mark */
  #take(mark) {
    if (this.#next.kind === "text" || this.#next.value !== mark) return false;
    this.#at += 1;
    return true;
  }

  /** @param {string} mark */
  #expect(mark) {
    if (!this.#take(mark)) {
      throw new Unreadable(
        `This text cannot be read: “${mark}” is missing before ${shown(this.#next)}.`,
      );
    }
  }

  /**
   * The place after some words that follow each other.
   *
   * @param {...string} wanted
   */
  #find(...wanted) {
    const at = this.#tokens.findIndex((_, index) =>
      wanted.every((word, offset) => this.#tokens[index + offset]?.value === word),
    );
    return at === -1 ? undefined : at + wanted.length;
  }

  /** @returns {any} */
  #value() {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new Unreadable("This text cannot be read: it is nested too deeply.");
    const value = this.#operation();
    this.#depth -= 1;
    return value;
  }

  /** @returns {any} */
  #operation() {
    let value = this.#operand();
    for (;;) {
      if (this.#take("!")) continue;
      if (this.#take("as") || this.#take("satisfies")) this.#type();
      else if (this.#take("??") || this.#take("||")) {
        // Convex has the variable, or not: what stands in for it is used while it is not given.
        const other = this.#operand();
        value = value || other;
      } else if (this.#take("+")) value = `${value}${this.#operand()}`;
      else return value;
    }
  }

  /** Passes over a type. */
  #type() {
    while (["word", "mark"].includes(this.#next.kind) && !/^[,;)}\]]$/.test(this.#next.value)) {
      this.#at += 1;
      if (this.#tokens[this.#at - 1]?.value === "[") this.#expect("]");
    }
  }

  /** @returns {any} */
  #operand() {
    const { kind, value } = this.#next;
    this.#at += 1;
    if (kind === "text") return this.#text(value);
    if (kind === "number") return Number(value);
    if (value === "{") return this.#members("}");
    if (value === "[") return this.#list("]");
    if (value === "(") {
      const inner = this.#value();
      this.#expect(")");
      return inner;
    }
    if (kind === "word") return this.#word(value);
    this.#at -= 1;
    throw new Unreadable(
      `This text cannot be read: a value is missing before ${shown(this.#next)}.`,
    );
  }

  /** @param {string} close */
  #members(close) {
    /** @type {Record<string, any>} */
    const object = Object.create(null);
    while (!(close === end.value ? this.#next === end : this.#take(close))) {
      if (this.#take("...")) Object.assign(object, this.#value());
      else {
        const { kind, value: name } = this.#next;
        this.#at += 1;
        if (kind !== "word" && kind !== "text") {
          this.#at -= 1;
          throw new Unreadable(
            `This text cannot be read: ${shown(this.#next)} is no member’s name.`,
          );
        }
        const key = kind === "text" ? this.#text(name) : name;
        object[key] = this.#take(":") ? this.#value() : this.#word(name);
      }
      if (!this.#take(",") && close !== end.value && this.#next.value !== close)
        this.#expect(close);
      else if (close === end.value) this.#take(";");
    }
    return { ...object };
  }

  /** @param {string} close */
  #list(close) {
    const list = [];
    while (!this.#take(close)) {
      if (this.#take("...")) list.push(...[this.#value()].flat());
      else list.push(this.#value());
      if (!this.#take(",") && this.#next.value !== close) this.#expect(close);
    }
    return list;
  }

  /**
   * A literal, with variables in it if it is a template.
   *
   * @param {string} literal
   */
  #text(literal) {
    const inner = literal.slice(1, -1);
    const parts = literal.startsWith("`") ? inner.split(/\$\{([^}]*)\}/) : [inner];
    const read = parts.map((part, index) => {
      if (index % 2 === 0) return unescaped(part);
      const tokens = this.#tokens;
      const at = this.#at;
      this.#tokens = [...tokens, ...tokensOf(part)];
      this.#at = tokens.length;
      const value = this.#value();
      this.#tokens = tokens;
      this.#at = at;
      return value;
    });
    return read.join("");
  }

  /**
   * What a name stands for.
   *
   * @param {string} name
   * @returns {any}
   */
  #word(name) {
    if (words.has(name)) return words.get(name);
    if (name === "process") return this.#variable();
    if (this.#take("(")) return this.#call(name, this.#list(")"));
    if (this.#take(".")) {
      const member = this.#next.value;
      this.#at += 1;
      if (name === "JSON" || this.#take("(")) {
        throw new Unreadable(
          `“${name}.${member}(…)” is not run here: put its result there as a text.`,
        );
      }
      return this.#word(name)?.[member];
    }
    const place = this.#find("const", name) ?? this.#find("let", name);
    if (place === undefined || this.#open.has(name)) {
      throw new Unreadable(`“${name}” is not defined in this text: put its value there instead.`);
    }
    const at = this.#at;
    this.#at = place;
    while (this.#next !== end && !this.#take("=")) this.#at += 1;
    this.#open.add(name);
    const value = this.#value();
    this.#open.delete(name);
    this.#at = at;
    return value;
  }

  /** `process.env.NAME` or `process.env["NAME"]`, of which `process` has been read. */
  #variable() {
    this.#expect(".");
    this.#expect("env");
    const inBrackets = this.#take("[");
    if (!inBrackets) this.#expect(".");
    const { value } = this.#next;
    this.#at += 1;
    if (inBrackets) this.#expect("]");
    return this.#given(inBrackets ? value.slice(1, -1) : value);
  }

  /** @param {string} name of a variable */
  #given(name) {
    this.names.add(name);
    return this.#variables[name] ?? "";
  }

  /**
   * What this package's own functions give.
   *
   * @param {string} name
   * @param {any[]} given
   */
  #call(name, [options = {}]) {
    if (name !== "convexAuthConfig" && name !== "convexAuthProvider") {
      throw new Unreadable(`“${name}(…)” is not run here: put its result there instead.`);
    }
    const { kind = "oidc", embedJwks, ...rest } = options;
    const issuer = rest.issuer ?? this.#given("CONVEX_SITE_URL");
    const jwks = rest.jwks ?? (embedJwks ? this.#given("JWKS") : undefined);
    const provider =
      issuer === "" || jwks === ""
        ? {}
        : convexAuthProvider({ ...rest, kind, issuer, ...(jwks === undefined ? {} : { jwks }) });
    return name === "convexAuthConfig" ? { providers: [provider] } : provider;
  }
}

/** @param {string} text */
function unescaped(text) {
  return text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))/gi, (_, u, x, other) => {
    if (u ?? x) return String.fromCharCode(parseInt(u ?? x, 16));
    return { n: "\n", t: "\t", r: "\r", "\n": "" }[/** @type {string} */ (other)] ?? other;
  });
}

/** @param {Token} token */
function shown({ kind, value }) {
  return kind === "end" ? "the end" : `“${value.length > 24 ? `${value.slice(0, 24)}…` : value}”`;
}
