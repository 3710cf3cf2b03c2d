import { isSourceError, type SourceErrorCode } from "../source/index.ts";
import type { Reply } from "./reply.ts";

/** A problem as RFC 9457 describes it. `code` is stable and meant for programs, `detail` for people. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** The one map from a source's error to a status. The words are for viewers: they name nothing of the source's insides. */
const problems: Readonly<Record<SourceErrorCode, Omit<Problem, "code">>> = {
  "not-found": { status: 404, title: "Not found", detail: "There is no media at this address." },
  "invalid-key": {
    status: 400,
    title: "Bad address",
    detail: "This address can never name media: check how it is encoded.",
  },
  forbidden: { status: 403, title: "Forbidden", detail: "The source refuses access to this media." },
  unsupported: { status: 501, title: "Not supported", detail: "This kind of source cannot do that." },
  changed: {
    status: 503,
    title: "Changed while opening",
    detail: "The media kept changing while it was opened. Try again.",
    retryAfterSeconds: 1,
  },
  unavailable: {
    status: 503,
    title: "Source unavailable",
    detail: "The source cannot be reached or is overloaded. Try again later.",
    retryAfterSeconds: 5,
  },
  timeout: { status: 504, title: "Source too slow", detail: "The source did not answer in time. Try again later." },
  "bad-upstream": {
    status: 502,
    title: "Bad answer from the source",
    detail: "The source answered in a way that cannot be trusted.",
  },
  aborted: { status: 499, title: "Aborted", detail: "The request was given up before it was answered." },
};

/** The problem that an error means to a viewer; errors that are not a source's are ours, and say nothing. */
export function problemOf(error: unknown): Problem {
  if (!isSourceError(error)) {
    return { status: 500, code: "internal", title: "Internal error", detail: "Something went wrong in the server." };
  }
  const problem = problems[error.code];
  return { ...problem, code: error.code, retryAfterSeconds: error.retryAfterSeconds ?? problem.retryAfterSeconds };
}

/** The answer that tells a viewer of a problem. */
export function replyToProblem(problem: Problem, headers: Readonly<Record<string, string>> = {}): Reply {
  const { retryAfterSeconds, ...members } = problem;
  const bytes = new TextEncoder().encode(`${JSON.stringify({ type: "about:blank", ...members })}\n`);
  return {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "content-length": String(bytes.length),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
      ...headers,
    },
    body: { kind: "bytes", bytes },
  };
}
