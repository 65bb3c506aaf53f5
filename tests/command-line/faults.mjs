// Loaded into a command by `--import`: at the n-th step by which it changes anything outside itself the
// process is killed, or the system refuses. FAULT is `kill:3` or `ENOSPC:3`; without a number that is
// reached, the command goes on to its end. A file that is being written has two steps: before it, and
// when half of its text is there.
import childProcess from "node:child_process";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [kind, number] = process.env.FAULT.split(":");
const real = { ...fs };
// Not for the processes that it starts.
delete process.env.FAULT;
delete process.env.NODE_OPTIONS;
let step = 0;

function reach(syscall, path) {
  step += 1;
  if (step !== Number(number)) return;
  if (kind === "kill") process.kill(process.pid, "SIGKILL");
  const words = { ENOSPC: "no space left on device", EACCES: "permission denied" }[kind];
  throw Object.assign(new Error(`${kind}: ${words}, ${syscall} '${path}'`), {
    code: kind,
    syscall,
    path,
  });
}

for (const name of ["renameSync", "chmodSync", "mkdirSync"]) {
  fs[name] = (path, ...more) => {
    reach(name.slice(0, -"Sync".length), path);
    return real[name](path, ...more);
  };
}
fs.rmSync = (path, options) => {
  // What is not there is no step; a full disk refuses no removal.
  if (kind === "kill" && real.existsSync(path)) reach("rm", path);
  return real.rmSync(path, options);
};
fs.writeFileSync = (path, text, options) => {
  reach("open", path);
  real.writeFileSync(path, text.slice(0, text.length / 2), options);
  reach("write", path);
  real.writeFileSync(path, text, { ...options, flag: "w" });
};
const { spawnSync } = childProcess;
childProcess.spawnSync = (command, words, options) => {
  if (!words?.includes("set")) return spawnSync(command, words, options);
  if (kind === "kill") reach("spawn", command);
  return spawnSync(command, words, options);
};
syncBuiltinESMExports();
