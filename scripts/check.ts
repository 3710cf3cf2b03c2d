// `npm run check`: everything that can be known in seconds, before a commit.
import { packageStep, runSteps, staticSteps, unitTestStep } from "./check-steps.ts";

const results = [...(await runSteps(staticSteps)), ...(await runSteps([packageStep, unitTestStep]))];
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
