/** Options as plain values, ready for the core: no getters, no Dates, keys as texts. */
import { environmentFor } from "./environment.js";
import { hostError } from "./instance.js";
import { keyText, keyTexts } from "./json.js";

/**
 * A plain copy of an options object: its getters run here, not while the core does. It has no
 * prototype, so that no option comes from what somebody has put into `Object.prototype`.
 */
export function plain<Options extends object>(
  options: Options | undefined,
  name = "options",
): Partial<Options> {
  if (options !== undefined && options !== null && typeof options !== "object") {
    throw hostError("option-object", { path: name });
  }
  return Object.assign(Object.create(null), options) as Partial<Options>;
}

/** The time of a call in the milliseconds or seconds that the core takes. */
export function timeOf(now: unknown): number {
  if (now === undefined || now === null) return Date.now();
  const time = typeof now === "number" ? now : dateTime(now);
  if (time === undefined) throw hostError("time");
  return time;
}

/** The time of a Date, of another realm too; undefined for anything else, whatever it passes for. */
export function dateTime(value: unknown): number | undefined {
  if (typeof value !== "object") return undefined;
  try {
    return Date.prototype.getTime.call(value as Date);
  } catch {
    return undefined;
  }
}

/**
 * A value for the core to say what is wrong with it. Objects stay outside: looking at one may run its
 * owner's code, or fail, and what fails inside of the core costs it its life.
 */
export function lookable(value: unknown): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return value;
  try {
    return Array.isArray(value) ? [] : {};
  } catch {
    return {};
  }
}

/** What the core reads of an issuer's options. All members are always there: engines like that. */
export interface CoreOptions {
  issuer: unknown;
  audience: unknown;
  expiresIn: unknown;
  notBefore: unknown;
  notBeforeTime: number | undefined;
  keyId: unknown;
  privateKey: string[] | undefined;
  environment: object;
  algorithm: unknown;
  publicJwk: string | undefined;
}

/**
 * The options of an issuer, or of one signature, for the core.
 *
 * @param signer instead of a private key
 */
export function issuerOptions(options: Record<string, unknown>, signer?: unknown): CoreOptions {
  const { issuer, audience, expiresIn, notBefore, keyId, privateKey: key } = plain(options);
  const privateKey = signer === undefined ? keyTexts(key) : undefined;
  const environment = environmentFor({
    key: signer === undefined && privateKey === undefined,
    issuer: issuer === undefined || issuer === null,
  });
  const external = signer === undefined ? undefined : signerOptions(signer);
  const notBeforeTime = dateTime(notBefore);
  return {
    issuer,
    audience: lookable(audience),
    expiresIn,
    notBefore: notBeforeTime === undefined ? notBefore : undefined,
    notBeforeTime,
    keyId,
    privateKey,
    environment,
    algorithm: external?.algorithm,
    publicJwk: external?.publicJwk,
  };
}

function signerOptions(signer: unknown): { algorithm: unknown; publicJwk: string } {
  if (typeof signer !== "object" || signer === null) throw hostError("signer");
  if (typeof (signer as { then?: unknown }).then === "function") throw hostError("signer-promise");
  const { algorithm, publicJwk } = signer as { algorithm?: unknown; publicJwk?: unknown };
  if (typeof (signer as { sign?: unknown }).sign !== "function" || publicJwk === undefined) {
    throw hostError("signer");
  }
  return { algorithm, publicJwk: keyText(publicJwk) };
}
