import { type Problem, replyToProblem } from "../delivery/index.ts";
import type { RefusedPath } from "./media-path.ts";

/** A problem as a Web response. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, headers: fields, body } = replyToProblem(problem, headers);
  return new Response(body.kind === "bytes" ? body.bytes : null, { status, headers: { ...fields } });
}

/** What cannot be understood. */
export function badRequest(detail: string): Problem {
  return { status: 400, code: "bad-request", title: "Bad request", detail };
}

/** An address that names a source we do not have. */
export const unknownSource: Problem = {
  status: 404,
  code: "unknown-source",
  title: "Not found",
  detail: "There is no source of this name here.",
};

/** An id that names no item. */
export const unknownItem: Problem = {
  status: 404,
  code: "unknown-item",
  title: "Not found",
  detail: "The library holds no item of this id.",
};

/** An address that names nothing at all. */
export const unknownAddress: Problem = {
  status: 404,
  code: "not-found",
  title: "Not found",
  detail: "There is nothing at this address.",
};

/** A method that the address does not answer. */
export const methodNotAllowed: Problem = {
  status: 405,
  code: "method-not-allowed",
  title: "Method not allowed",
  detail: "This address is read with GET or HEAD.",
};

/** The problem that a refused path is. */
export function problemOfRefusal({ status, detail }: RefusedPath): Problem {
  const [code, title] =
    status === 404
      ? ["not-found", "Not found"]
      : status === 414
        ? ["too-long", "Address too long"]
        : ["invalid-key", "Bad address"];
  return { status, code, title, detail };
}

/** What only operators may do, asked by somebody else. */
export const unauthorized: Problem = {
  status: 401,
  code: "unauthorized",
  title: "Unauthorized",
  detail: "This address is for operators: send Authorization: Bearer with the server's admin token.",
};
