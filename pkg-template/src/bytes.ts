/** Bytes that a caller gives, before they cross to the core. */

const viewOf = Object.getPrototypeOf(Uint8Array.prototype) as object;
const read = (name: string | symbol) => Object.getOwnPropertyDescriptor(viewOf, name)!.get!;
const [tag, buffer, offset, length] = [
  read(Symbol.toStringTag),
  read("buffer"),
  read("byteOffset"),
  read("byteLength"),
];

/**
 * The same bytes as a Uint8Array with nothing of its owner's about it: a `length` of its own would
 * have the core copy more than is there, or fail inside of it. Undefined for anything else, and for
 * one whose buffer is gone.
 */
export function plainBytes(value: unknown): Uint8Array | undefined {
  if (tag.call(value) !== "Uint8Array") return undefined;
  try {
    return new Uint8Array(
      buffer.call(value) as ArrayBuffer,
      offset.call(value) as number,
      length.call(value) as number,
    );
  } catch {
    return undefined;
  }
}
