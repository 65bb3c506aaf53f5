// The memory of the built module, from outside: it must be imported before the first call of the package.
const { Instance } = WebAssembly;
const instances = [];

WebAssembly.Instance = class extends Instance {
  constructor(...parameters) {
    super(...parameters);
    if (this.exports.memory instanceof WebAssembly.Memory) instances.push(this);
  }
};

/** What lies below the module's data, from address 0 on: the linker puts the stack there. */
export const STACK_BYTES = 1024 * 1024;

/** The whole memory of the instance made last. A call may replace it: never keep it over one. */
export function coreMemory() {
  const instance = instances.at(-1);
  if (instance === undefined) throw new Error("no call has made an instance yet");
  return new Uint8Array(instance.exports.memory.buffer);
}

/** The memories of all instances so far, of those that a trap has ended too. */
export function allMemories() {
  return instances.map(({ exports }) => new Uint8Array(exports.memory.buffer));
}
