import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Problem, replyToProblem, writeNodeReply } from "../delivery/index.ts";
import { parseMediaTarget } from "./media-path.ts";
import type { MountedSource } from "./mounted-source.ts";
import { badRequest, problemOfRefusal, problemResponse, unknownSource } from "./problem-response.ts";
import { parseRequestTarget } from "./request-target.ts";

/** Answers one request; resolves once the answer is decided and, for media, sent. Never rejects. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Options of {@link createRequestListener}. */
export interface RequestListenerOptions {
  readonly sources: ReadonlyMap<string, MountedSource>;
  /** Answers everything that is not media. */
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

const mediaMount = "/media/";
// The router's URL parser would resolve these and answer for another address than the one that logs and proxies saw.
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Splits media from the rest on the request target as it came, before any URL parser has resolved `..` in it. Media goes straight
 * to its handler, which writes to Node's response itself.
 */
export function createRequestListener(options: RequestListenerOptions): RequestListener {
  const { sources, fetch } = options;
  const listenToRest = getRequestListener(fetch, {
    // A library must leave its caller's globals alone, and the media path works with the genuine ones.
    overrideGlobalObjects: false,
    // HTTP/1.0 needs no Host; nothing we answer depends on it.
    hostname: "localhost",
    errorHandler: () => problemResponse(badRequest("The request's address or Host field is malformed.")),
  });

  return async (request, response) => {
    const target = parseRequestTarget(request.url ?? "");
    if (target === undefined) {
      return sendProblem(response, badRequest("The request's address is malformed."));
    }
    if (request.headers.host === undefined && request.httpVersion !== "1.0") {
      return sendProblem(response, badRequest("The request has no Host field (RFC 9112 section 3.2)."));
    }
    // The authority of an absolute form is dropped here, for everyone who reads the address later.
    request.url = target.path + target.query;
    if (target.path === "*") {
      return answerAsterisk(request, response);
    }
    if (!target.path.startsWith(mediaMount)) {
      if (dotSegment.test(target.path)) {
        return sendProblem(response, badRequest('The path holds a "." or ".." segment.'));
      }
      return listenToRest(request, response);
    }
    const parsed = parseMediaTarget(target.path, { mount: mediaMount });
    if (parsed.kind === "refused") {
      return sendProblem(response, problemOfRefusal(parsed));
    }
    const mounted = sources.get(parsed.source);
    if (mounted === undefined) {
      return sendProblem(response, unknownSource);
    }
    return mounted.handler.handleNode(request, response, parsed.key);
  };
}

/** `OPTIONS *` asks about the server as a whole (RFC 9110 section 9.3.7). */
async function answerAsterisk(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "OPTIONS") {
    return sendProblem(response, badRequest('Only OPTIONS may ask for "*".'));
  }
  response.writeHead(204, { allow: "GET, HEAD, OPTIONS" }).end();
}

function sendProblem(response: ServerResponse, problem: Problem): Promise<void> {
  return writeNodeReply(response, replyToProblem(problem));
}
