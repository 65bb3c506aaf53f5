// The built module as it is shipped, to which a text is the bytes of its characters instead of their
// UTF-8: so that it verifies a signature over any bytes, where its own callers give it tokens.
//
// `finish` puts a signature to a text once a public key has verified it, and asks nothing else of the
// text. Only the glue's way to encode texts is another one here; the module is the same to the byte.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

class Encoder {
  encode(text) {
    return Buffer.from(text, "latin1");
  }
  encodeInto(text, view) {
    view.set(this.encode(text));
    return { read: text.length, written: text.length };
  }
}

class Decoder {
  decode(view = new Uint8Array()) {
    return Buffer.from(view).toString("latin1");
  }
}

/**
 * @param {string} folder the package's, unpacked
 * @returns {Promise<(jwk: object, message: Buffer, signature: Buffer) => boolean>} whether the signature
 *   is the key's for the message; it throws what the module says of a key that it refuses
 */
export async function verifierOfBytes(folder) {
  const { TextEncoder, TextDecoder } = globalThis;
  let glue;
  try {
    Object.assign(globalThis, { TextEncoder: Encoder, TextDecoder: Decoder });
    // Another instance of the glue than the package's own.
    glue = await import(`${pathToFileURL(join(folder, "dist/core.js"))}?of-bytes`);
  } finally {
    Object.assign(globalThis, { TextEncoder, TextDecoder });
  }
  const module = new WebAssembly.Module(readFileSync(join(folder, "dist/core.wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./core_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start?.();
  return (jwk, message, signature) => {
    const text = message.toString("latin1");
    try {
      return glue.finish(JSON.stringify(jwk), text, signature).startsWith(`${text}.`);
    } catch (error) {
      if (error.code === "ERR_SIGNATURE_REJECTED") return false;
      throw error;
    }
  };
}
