/** Options as plain values, ready for the core: no getters, no Dates, keys as texts. */
import { environmentFor } from "./environment.js";
import { hostError } from "./instance.js";
import { keyText, keyTexts } from "./json.js";

/** A plain copy of an options object: its getters run here, not while the core does. */
export function plain<Options extends object>(
  options: Options | undefined,
  name = "options",
): Partial<Options> {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object") throw hostError("option-object", { path: name });
  return { ...options };
}

/** The time of a call in the milliseconds or seconds that the core takes. */
export function timeOf(now: unknown): number {
  if (now === undefined || now === null) return Date.now();
  if (typeof now === "number") return now;
  if (now instanceof Date) return now.getTime();
  throw hostError("time");
}

/** The options of an issuer, or of one signature, for the core. */
export function issuerOptions(options: Record<string, unknown>): object {
  const { issuer, audience, expiresIn, notBefore, keyId, signer } = options;
  const privateKey = signer === undefined ? keyTexts(options["privateKey"]) : undefined;
  const environment = environmentFor({
    key: signer === undefined && privateKey === undefined,
    issuer: issuer === undefined || issuer === null,
  });
  return {
    issuer,
    audience,
    expiresIn,
    ...(notBefore instanceof Date ? { notBeforeTime: notBefore.getTime() } : { notBefore }),
    keyId,
    privateKey,
    environment,
    ...(signer === undefined ? {} : signerOptions(signer)),
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
