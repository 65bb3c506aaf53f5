/** `convex-token doctor`: why the identity is null, and how to mend it. */
import { EXIT_HELP, Exit, UsageError, readArguments, type Command } from "./command.js";
import { checkPublished, checkToken, publishedKeys } from "./doctor/live-checks.js";
import { checkProject } from "./doctor/project-checks.js";
import { Diagnosis } from "./doctor/diagnosis.js";
import {
  askDeployment,
  bareAddress,
  clockAhead,
  explain,
  gatherLive,
  gatherProject,
  isUrl,
  signTrial,
  type Facts,
  type Given,
  type Live,
} from "./doctor/facts.js";
import { makeRepairs, planRepairs } from "./doctor/repairs.js";
import { asJson, asText, findingsOf, type Report } from "./doctor/report.js";
import { commandError } from "./errors.js";
import { TIMEOUT_SECONDS } from "./fetched.js";
import { completeWrites } from "./files/journal.js";
import { coloured } from "./init/diff.js";
import { colour, note, print, printJson } from "./output.js";
import { confirm, hasTerminal } from "./prompt.js";

const help = `convex-token doctor [URL]: finds out why the identity is null

It reads the project (variables, auth.config, http, what signs, what the client is given), asks the
deployment for its documents, signs a token with the project's own settings, makes every check of
Convex's on it, and asks the deployment itself. The first real cause comes first, with its cure.

  URL              a deployment, instead of the project's: https://….convex.cloud or .site
  --url URL        the deployment's API, as clients connect to it
  --site URL       where its HTTP actions are, which is the issuer
  --app URL        also asks the app's token route: http://localhost:3000
  --fix            mends what can be mended safely; shows a diff and asks first
  --yes            with --fix: does not ask
  --read-env       reads the deployment's variables that count, by \`npx convex env get\`
  --offline        looks at the project only
  --file FILE      where the variables are (default: .env.local, .env and the like)
  --convex FOLDER  where the Convex functions are (default: convex, or as convex.json says)
  --timeout SECS   how long an answer may take (default: ${TIMEOUT_SECONDS})
  --json           prints the report as JSON; docs/doctor.md has its shape

No key is shown or sent anywhere. The token is nobody's, and goes to the deployment alone.

  npx convex-token doctor
  npx convex-token doctor --app http://localhost:3000
  npx convex-token doctor https://happy-animal-123.convex.site --json

${EXIT_HELP.replace("0 done or nothing to do, 1 failed or refused", "0 all is well, 1 something is wrong")}
`;

export const doctorCommand: Command = {
  summary: "finds out why the identity is null, and how to mend it",
  help,
  async run(args) {
    const { options, words } = readArguments(
      args,
      {
        url: { type: "string" },
        site: { type: "string" },
        app: { type: "string" },
        fix: { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        "read-env": { type: "boolean", default: false },
        offline: { type: "boolean", default: false },
        file: { type: "string" },
        convex: { type: "string" },
        timeout: { type: "string", default: String(TIMEOUT_SECONDS) },
        json: { type: "boolean", default: false },
      },
      1,
    );
    const given = givenBy(options, words[0]);
    if (options.yes && !options.fix) throw new UsageError("--yes goes with --fix.");
    if (options.fix) completeWrites();
    const fixed: { path: string; diff: string }[] = [];
    let { facts, report } = await examine(given, options.json);
    if (options.fix) {
      const mended = await mend(report, facts, options);
      if (mended === "declined") return Exit.failed;
      if (mended.length > 0) {
        fixed.push(...mended);
        ({ report } = await examine(given, options.json));
      }
    }
    if (options.json) printJson(asJson(report, fixed));
    else print(asText(report, columnsOf(process.stdout)));
    return findingsOf(report).some(({ level }) => level === "error") ? Exit.failed : Exit.done;
  },
};

interface Options {
  url?: string | undefined;
  site?: string | undefined;
  app?: string | undefined;
  file?: string | undefined;
  convex?: string | undefined;
  timeout: string;
  offline: boolean;
  "read-env": boolean;
}

/** The words of the call. An address that is none is a mistake in the call. */
function givenBy(options: Options, word: string | undefined): Given {
  const { app, file, convex, offline } = options;
  let { url, site } = options;
  if (word !== undefined) {
    if (url !== undefined || site !== undefined) {
      throw new UsageError("Name the deployment once: by a word, or by --url and --site.");
    }
    const isApi = /\.convex\.cloud\/*$/.test(word);
    if (isApi) url = word;
    else site = word;
  }
  for (const [name, value] of Object.entries({ url, site, app })) {
    if (value !== undefined && !isUrl(bareAddress(value))) {
      const word = name === "site" && options.site === undefined ? "The deployment" : `--${name}`;
      throw new UsageError(
        `${word} is a whole address, such as https://happy-animal-123.convex.site.`,
      );
    }
  }
  const timeout = Number(options.timeout);
  if (!(timeout > 0 && timeout <= 600)) {
    throw new UsageError("--timeout is a number of seconds, 600 at most.");
  }
  return {
    url: bareAddress(url),
    site: bareAddress(site),
    app,
    file,
    convex,
    timeout,
    offline,
    readEnv: options["read-env"],
  };
}

/** Gathers and judges. */
async function examine(given: Given, quiet: boolean): Promise<{ facts: Facts; report: Report }> {
  const progress = quiet ? () => {} : showProgress;
  if (given.readEnv) progress("the deployment for its variables");
  const facts = gatherProject(given);
  if (facts.project === undefined && given.url === undefined && given.site === undefined) {
    throw commandError("no-manifest");
  }
  const live: Live = given.offline ? {} : await gatherLive(facts, progress);
  const diagnosis = new Diagnosis();
  checkProject(diagnosis, facts);
  const canSign = facts.key !== undefined && !diagnosis.isBroken("key");
  const published = publishedKeys(facts, live) ?? [];
  const signed =
    canSign && facts.issuer !== undefined
      ? signTrial(facts, published, clockAhead(live) ?? 0)
      : undefined;
  const token = typeof signed === "string" ? signed : undefined;
  const explanation = explain(facts, live, token);
  checkPublished(diagnosis, facts, live, explanation);
  if (token !== undefined && facts.api !== undefined && !given.offline) {
    if (!diagnosis.isBroken("api")) {
      progress(facts.api);
      live.verdict = await askDeployment(facts, token);
    }
  }
  checkToken(diagnosis, facts, live, explanation, signed);
  if (!quiet) hideProgress();
  const { api, site, issuer } = facts;
  return {
    facts,
    report: diagnosis.report({
      url: api,
      site,
      issuer,
      explanation: token === undefined || facts.config?.hidesSet ? undefined : explanation,
    }),
  };
}

/** Shows what can be mended, asks, and mends it. */
async function mend(
  report: Report,
  { project }: Facts,
  { yes, json }: { yes: boolean; json: boolean },
): Promise<{ path: string; diff: string }[] | "declined"> {
  const wanted = findingsOf(report).flatMap(({ repair }) => repair ?? []);
  const repairs = planRepairs(wanted, project);
  const { diffs, plan } = repairs;
  if (!json) {
    for (const { diff } of diffs) print(`${coloured(diff)}\n`);
    for (const { path, why, code } of plan.instructions) {
      print(
        `${colour("yellow", `By hand, in ${path}`)}: ${why}.\n\n${code.replace(/^(?=.)/gm, "    ")}\n`,
      );
    }
  }
  if (diffs.length === 0) return [];
  if (!yes) {
    if (json || !hasTerminal()) throw commandError("needs-yes");
    const many = diffs.length === 1 ? "this change" : `these ${diffs.length} changes`;
    if (!(await confirm(`Make ${many}?`, true))) {
      note("Nothing was written.");
      return "declined";
    }
  }
  makeRepairs(repairs);
  if (!json) print(`${colour("green", "Written.")}\n`);
  return diffs;
}

/** A line that says what is waited for, on a terminal only. */
function showProgress(address: string): void {
  if (process.stderr.isTTY)
    process.stderr.write(`\r\u001b[K${colour("dim", `Asking ${address} …`, process.stderr)}`);
}

function hideProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
}

/** Lines much longer than a hundred characters are hard to read. */
function columnsOf({ columns, isTTY }: NodeJS.WriteStream): number {
  return isTTY ? Math.min(Math.max(columns, 40), 100) : 80;
}
