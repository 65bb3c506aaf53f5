/** The module from the bytes inlined as base64, decoded by the fastest means that the host has. */
import base64 from "./core-bytes.js";

interface Hosts {
  Uint8Array: { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
}

export function inlineModule(): WebAssembly.Module {
  return new WebAssembly.Module(decode());
}

function decode(): Uint8Array<ArrayBuffer> {
  const host = globalThis as unknown as Hosts;
  if (host.Uint8Array.fromBase64 !== undefined) return host.Uint8Array.fromBase64(base64);
  if (host.Buffer !== undefined) return host.Buffer.from(base64, "base64");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
