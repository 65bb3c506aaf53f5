/**
 * Which step of moving to keys with a `kid` a project is at.
 *
 * The older guides publish one key without a `kid`. A token with a `kid` is refused against such a
 * set, one without is accepted against any set of one key. So the set is published with its `kid`
 * first, and the signer changes when every cache has let go of the old one.
 */
import { jwksFromKey, type Jwk, type PublicJwk } from "../../index.js";

/** What the signer must be told of the `kid`: nothing, none, or the name that is published. */
export type KeyIdOption = string | false | undefined;

export type Stage =
  /** No key yet. */
  | "new"
  /** A key, and nothing published. */
  | "unpublished"
  /** A key, and what is published is not known. */
  | "unknown"
  /** The key is published as the older guides do it, or all speaks for that. */
  | "without-kid"
  /** The key is published under another name than its thumbprint. */
  | "other-kid"
  /** The key is published with its `kid`. */
  | "published"
  /** Another key is published. */
  | "other-key";

export interface Moving {
  stage: Stage;
  keyId: KeyIdOption;
  /** Where it was seen: "the deployment", a file's name, "the code". */
  seen: string | undefined;
}

export interface Evidence {
  /** The private key, if there is one. */
  key: string | undefined;
  /** The published set: its text, null when there is none, undefined when that is not known. */
  published: string | null | undefined;
  /** Where the set was read. */
  place: string;
  /** Whether the code signs as the older guides do, without a `kid`. */
  signsWithoutKid: boolean;
}

export function movingStage({ key, published, place, signsWithoutKid }: Evidence): Moving {
  if (key === undefined) {
    // The key that will be made is not the one that is published.
    return published === null || published === undefined || keysIn(published)?.length === 0
      ? { stage: "new", keyId: undefined, seen: undefined }
      : { stage: "other-key", keyId: undefined, seen: place };
  }
  if (published === null) return { stage: "unpublished", keyId: undefined, seen: place };
  const set = published === undefined ? undefined : keysIn(published);
  if (set === undefined) {
    return signsWithoutKid
      ? { stage: "without-kid", keyId: false, seen: "the code" }
      : { stage: "unknown", keyId: undefined, seen: undefined };
  }
  const signing = jwksFromKey(key).keys[0]!;
  const ours = set.find((each) => isSame(each, signing));
  if (ours === undefined) return { stage: "other-key", keyId: undefined, seen: place };
  const kid = ours["kid"];
  if (typeof kid !== "string") return { stage: "without-kid", keyId: false, seen: place };
  if (kid !== signing.kid) return { stage: "other-kid", keyId: kid, seen: place };
  return { stage: "published", keyId: undefined, seen: place };
}

/** The keys of a published set; undefined for what is none. */
export function keysIn(text: string): Jwk[] | undefined {
  try {
    // Some shells leave the quotes around a value.
    const set = JSON.parse(text.trim().replace(/^'([^]*)'$/, "$1")) as { keys?: unknown } | null;
    return Array.isArray(set?.keys) ? (set.keys as Jwk[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether two public keys are the same one, whatever they are called. */
export function isSame(a: Jwk, b: PublicJwk): boolean {
  const members = ["kty", "crv", "n", "e", "x", "y"] as const;
  return members.every((name) => a[name] === (b as Jwk)[name]);
}
