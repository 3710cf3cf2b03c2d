import { HTTPException } from "hono/http-exception";
import { type CatalogErrorCode, isCatalogError } from "../catalog/index.ts";
import { type Problem, problemOf } from "../delivery/index.ts";
import { badRequest } from "./problem-response.ts";

/** A problem on its way to the one place that answers with it. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const unavailable: Omit<Problem, "code"> = {
  status: 503,
  title: "Library unavailable",
  detail: "The library's database does not answer. Try again later; media at known addresses plays on.",
  retryAfterSeconds: 5,
};

/** What a catalog's error means to a client. */
const catalogProblems: Readonly<Record<CatalogErrorCode, Omit<Problem, "code">>> = {
  "bad-cursor": {
    status: 400,
    title: "Bad cursor",
    detail: "This cursor is from another list, or nobody's. Begin again without one.",
  },
  "bad-query": { status: 400, title: "Bad request", detail: "The library cannot answer a question of this form." },
  "unknown-source": { status: 404, title: "Not found", detail: "The library holds no such source." },
  "stale-scan": { status: 409, title: "Conflict", detail: "A newer scan has taken over." },
  "not-empty": { status: 409, title: "Conflict", detail: "The library already holds something." },
  busy: { ...unavailable, retryAfterSeconds: 1 },
  unavailable,
};

/** The problem that an error of the API is; like the media path's own map for everything that comes from a source. */
export function problemOfApiError(error: unknown): Problem {
  if (error instanceof ProblemError) {
    return error.problem;
  }
  if (isCatalogError(error)) {
    return { ...catalogProblems[error.code], code: error.code };
  }
  // The router's own, for bodies that are not what they say.
  if (error instanceof HTTPException && error.status < 500) {
    return { ...badRequest("The request's body is not JSON that can be read."), status: error.status };
  }
  return problemOf(error);
}
