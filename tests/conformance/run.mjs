// Holds the package's verdicts against Convex's: `node run.mjs`, or `node run.mjs keys times` for some
// of the tables.
//
// A case is a token with all that it is judged by: the entries of auth.config.ts, a discovery document
// and a JWK set, each with the status, headers, bytes and delay that a server on loopback answers with.
// cases/ has them, a file each for what is varied; case.mjs makes them, from keys and times that are
// always the same and with Node's own crypto, so that nothing of ours is signed by ours.
//
// Each case is judged twice. package.mjs fetches the documents and asks `explainToken`, and
// `verifyConvexToken` beside it. The other judge is tests/verify-as-convex, a program on the crates
// that Convex builds on, which follows the steps of Convex's backend and fetches by itself. Both must
// come to the same verdict; for a refused token the check that fails first must be the one that the
// table expects, and its Convex message the one that Convex says; for an accepted one the identities
// must be equal, member by member.
//
// Where the two have differed, the case's `source` says who was right, by which function of Convex's
// backend or of the crates that it builds on. bounds.test.mjs has what stays different, on purpose.
//
// tests/conformance.rs makes cases by the thousand, natively; what it finds is named here.
import { runNodeTests } from "../tools/node-tests.mjs";

const [only] = process.argv.slice(2, 3);
if (only !== undefined) process.env.CONFORMANCE_TABLES = process.argv.slice(2).join(" ");
process.exitCode = runNodeTests(import.meta.dirname, [], { timeout: 120_000 });
