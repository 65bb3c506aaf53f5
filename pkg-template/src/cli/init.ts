/** `convex-token init`: writes or patches the files of a Next.js, Auth.js and Convex project. */
import { chmodSync, existsSync, statSync } from "node:fs";
import { jwksFromKey } from "../index.js";
import { EXIT_HELP, Exit, readArguments, type Command } from "./command.js";
import { isConnected, orTell, readDeployed, readsStdin, setDeployed } from "./convex-command.js";
import { variablesOf } from "./env-text.js";
import { commandError } from "./errors.js";
import { SECRET_MODE, writeAll, type Change } from "./files.js";
import { completeWrites } from "./files/journal.js";
import { readText } from "./files/system.js";
import { planAuthConfig } from "./init/auth-config.js";
import { addedLines, coloured, diffOf } from "./init/diff.js";
import { environmentChange, planEnvironment, shownLines } from "./init/environment.js";
import { planHttpRoutes } from "./init/http-routes.js";
import { movingStage, type Moving } from "./init/moving.js";
import { movingWords, publishCommands } from "./init/next-steps.js";
import { Plan } from "./init/plan.js";
import { findProject, type Project } from "./init/project.js";
import { planProvider } from "./init/provider.js";
import { planSessionCallback } from "./init/session-callback.js";
import { planTokenRoute } from "./init/token-route.js";
import { ENV_FILE, findKey } from "./local-key.js";
import { colour, note, print, printJson } from "./output.js";
import { confirm, hasTerminal } from "./prompt.js";

const help = `convex-token init: sets up a project with Next.js, Auth.js and Convex

  --dry-run        shows the diff and writes nothing
  --yes            writes without asking
  --set-env        also sets JWKS in the Convex deployment without asking
  --offline        does not ask the deployment which keys it publishes
  --convex FOLDER  where the Convex functions are (default: convex, or as convex.json says)
  --json           prints what was found, the diff and the next steps as JSON

It edits .env.local (a private key, readable for you alone), auth.config and http in the folder of
Convex functions, the session callback of your Auth.js options, /api/session/token and the provider
component. The diff is shown first. What cannot be edited safely is printed with the code to paste. A
file is never overwritten, and a second run finds nothing to do.

  npx convex-token init
  npx convex-token init --dry-run

${EXIT_HELP}
`;

const options = {
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  "set-env": { type: "boolean", default: false },
  offline: { type: "boolean", default: false },
  convex: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export const initCommand: Command = {
  summary: "sets up a project with Next.js, Auth.js and Convex",
  help,
  async run(args) {
    const { options: given } = readArguments(args, options);
    if (!given["dry-run"]) completeWrites();
    const project = findProject(process.cwd(), given.convex);
    const key = findKey(undefined);
    const plan = new Plan();
    const deployed = given.offline || !isConnected() ? undefined : readDeployed("JWKS");
    if (deployed === undefined && !given.offline && isConnected()) {
      plan.note("The deployment did not say which keys it publishes (`npx convex env get JWKS`).");
    }
    const moving = findStage(project, key?.value, deployed);
    // Where a key is published, another one here would sign what is refused.
    const makesKey = key === undefined && moving.stage !== "other-key";
    const environment = planEnvironment(project, key?.place, makesKey, plan);
    planAuthConfig(project, plan);
    planHttpRoutes(project, plan);
    planSessionCallback(project, moving.keyId, plan);
    planTokenRoute(project, plan);
    planProvider(project, plan);
    if (project.packages["jose"] !== undefined && !usesJose(project)) {
      plan.note("Nothing imports jose any more: it can be taken out of package.json.");
    }
    if (project.packages["convex-token"] === undefined) {
      plan.note(
        `package.json does not have convex-token yet: \`${project.install} convex-token\`.`,
      );
    }

    const changes = project.workspace.changes();
    const lines = shownLines(environment);
    const diffs = changes.map((change) => ({ path: change.path, diff: diffOf(change) }));
    if (lines.length > 0) {
      diffs.unshift({ path: ENV_FILE, diff: addedLines(ENV_FILE, readText(ENV_FILE), lines) });
    }
    const loose = key?.place === ENV_FILE && isReadableByOthers(ENV_FILE);

    if (!given.json) show(project, diffs, loose, plan);
    const nothing = diffs.length === 0 && !loose;
    let written = false;
    if (!nothing && !given["dry-run"]) {
      if (!given.yes) {
        if (given.json || !hasTerminal()) throw commandError("needs-yes");
        const many = diffs.length === 1 ? "this file" : `these ${diffs.length} files`;
        const question =
          diffs.length === 0 ? `Make ${ENV_FILE} readable for you alone?` : `Write ${many}?`;
        if (!(await confirm(question, true))) {
          note("Nothing was written.");
          return Exit.failed;
        }
      }
      write([environmentChange(environment), ...changes]);
      if (loose) chmodSync(ENV_FILE, SECRET_MODE);
      written = true;
    }

    const jwks = findKey(undefined);
    const set = jwks === undefined ? undefined : JSON.stringify(jwksFromKey(jwks.value));
    const commands = publishCommands(moving, set, readsStdin(project.convexVersion));
    const isSet = deployed !== undefined && (await offerToPublish(moving, set, deployed, given));
    if (given.json) {
      printJson({
        status: nothing ? "nothing to do" : written ? "written" : "dry run",
        project: summary(project),
        files: diffs,
        instructions: plan.instructions,
        notes: plan.notes,
        moving,
        jwks: set === undefined ? undefined : JSON.parse(set),
        published: isSet,
        commands: isSet ? [] : commands,
      });
      return Exit.done;
    }
    tellResult(nothing, written, plan.instructions.length);
    print(movingWords(moving, isSet ? [] : commands, set !== undefined, deployed === null));
    return Exit.done;
  },
};

/** Which keys are published and how the project signs today. */
function findStage(
  project: Project,
  key: string | undefined,
  deployed: string | null | undefined,
): Moving {
  let place = "the deployment";
  let published = deployed;
  for (const file of [ENV_FILE, ".env"]) {
    const local = variablesOf(readText(file) ?? "")["JWKS"];
    if (published !== undefined || local === undefined) continue;
    published = local;
    place = file;
  }
  if (published === undefined && project.packages["@convex-dev/auth"] !== undefined) {
    return { stage: "other-key", keyId: undefined, seen: "the deployment by Convex Auth" };
  }
  const signsWithoutKid = [...project.workspace.sourcesWith("SignJWT")].some(
    ({ text }) => text.includes("convexToken") && !text.includes("kid"),
  );
  return movingStage({ key, published, place, signsWithoutKid });
}

function usesJose({ workspace }: Project): boolean {
  return [...workspace.sourcesWith("jose")].some((source) => source.imports(/^jose/).length > 0);
}

function isReadableByOthers(file: string): boolean {
  return process.platform !== "win32" && existsSync(file) && (statSync(file).mode & 0o077) !== 0;
}

function write(changes: (Change | undefined)[]): void {
  writeAll(changes.filter((change) => change !== undefined));
}

function summary({ router, routes, convex, authVersion, typescript }: Project) {
  return {
    router,
    routes,
    convex,
    authVersion,
    language: typescript ? "TypeScript" : "JavaScript",
  };
}

function show(project: Project, diffs: { diff: string }[], loose: boolean, plan: Plan): void {
  const { router, routes, authVersion, typescript, convex } = project;
  const language = typescript ? "TypeScript" : "JavaScript";
  note(
    `Found: Next.js with the ${router} router in ${routes}/, Auth.js ${authVersion}, ${language}, Convex functions in ${convex}/.\n`,
  );
  for (const { diff } of diffs) print(coloured(diff));
  if (loose) print(`${ENV_FILE}: mode 600, so that nobody but you can read it\n`);
  for (const { path, why, code } of plan.instructions) {
    print(
      `${colour("yellow", `By hand, in ${path}`)}: ${why}.\n\n${code.replace(/^(?=.)/gm, "    ")}\n`,
    );
  }
  for (const text of plan.notes) print(`Note: ${text}\n`);
}

function tellResult(nothing: boolean, written: boolean, byHand: number): void {
  if (byHand > 0)
    print(`By hand: ${byHand === 1 ? "one edit" : `${byHand} edits`}, printed above.`);
  if (nothing)
    print(`Nothing to ${byHand > 0 ? "write" : "do: the files are as they should be"}.\n`);
  else if (written) print(`${colour("green", "Written.")}\n`);
  else print("Nothing was written (--dry-run).\n");
}

/** Sets the deployment's JWKS when the person wants that and it takes nothing away. */
async function offerToPublish(
  { stage }: Moving,
  set: string | undefined,
  deployed: string | null,
  given: { "set-env": boolean; "dry-run": boolean; json: boolean; yes: boolean },
): Promise<boolean> {
  // The same key gets its kid, or nothing is there yet: another key is never taken away.
  const harmless = deployed === null || stage === "without-kid";
  if (set === undefined || given["dry-run"] || !harmless) return false;
  if (!given["set-env"]) {
    if (given.json || given.yes || !hasTerminal()) return false;
    if (!(await confirm("Set JWKS in the Convex deployment now?", true))) return false;
  }
  // The files are written, so that nothing hangs on it.
  return orTell(() => {
    setDeployed("JWKS", set);
    return true;
  });
}
