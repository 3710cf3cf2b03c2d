import { IncomingMessage, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Problem, replyToProblem, writeNodeReply } from "../delivery/index.ts";
import { parseOldStreamTarget } from "./anyaudio/old-stream-target.ts";
import { parseMediaTarget } from "./media-path.ts";
import type { MountedSource } from "./mounted-source.ts";
import type { RequestEnvironment } from "./request-environment.ts";
import { problemOfApiError } from "./problem-error.ts";
import { badRequest, problemOfRefusal, problemResponse, unknownSource } from "./problem-response.ts";
import { parseRequestTarget, type RequestTarget } from "./request-target.ts";
import { type StreamAddresses, streamMount, type StreamTarget } from "./stream-addresses.ts";

/** Answers one request; resolves once the answer is decided and, for media, sent. Never rejects. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Options of {@link createRequestListener}. */
export interface RequestListenerOptions {
  readonly sources: ReadonlyMap<string, MountedSource>;
  /** Answers everything that is not media. */
  readonly fetch: (request: Request, env?: RequestEnvironment) => Response | Promise<Response>;
  /** Tells the viewer's address. @default that at the other end of the connection */
  readonly viewerOf?: ((request: IncomingMessage) => string | undefined) | undefined;
  /** Opens signed addresses; absent: there are none. */
  readonly streams?: Pick<StreamAddresses, "open"> | undefined;
  /** Media is delivered at signed addresses only. @default false */
  readonly requireSigned?: boolean | undefined;
}

const mediaMount = "/media/";
// The router's URL parser would resolve these and answer for another address than the one that logs and proxies saw.
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Splits media from the rest on the request target as it came, before any URL parser has resolved `..` in it. Media goes straight
 * to its handler, which writes to Node's response itself.
 */
export function createRequestListener(options: RequestListenerOptions): RequestListener {
  const { sources, fetch, streams, requireSigned = false, viewerOf = addressOfPeer } = options;
  const fetchForViewer = (
    request: Request,
    { incoming }: { readonly incoming: object },
  ): Response | Promise<Response> =>
    fetch(request, { viewer: incoming instanceof IncomingMessage ? viewerOf(incoming) : undefined });
  const listenToRest = getRequestListener(fetchForViewer, {
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
    const stream = streams && parseStreamTarget(target);
    if (streams !== undefined && stream !== undefined) {
      return deliverStream(request, response, streams, stream);
    }
    if (!target.path.startsWith(mediaMount)) {
      if (dotSegment.test(target.path)) {
        return sendProblem(response, badRequest('The path holds a "." or ".." segment.'));
      }
      return listenToRest(request, response);
    }
    if (requireSigned) {
      return sendProblem(response, signatureRequired);
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

/** Like media, and as directly; a refusal is readable by other sites' scripts, since it tells them to ask for a new address. */
async function deliverStream(
  request: IncomingMessage,
  response: ServerResponse,
  streams: Pick<StreamAddresses, "open">,
  { token, part, isDownload }: StreamTarget,
): Promise<void> {
  if (isDownload) {
    request.url = `${streamMount}${token}?download`;
  }
  try {
    const opened = await streams.open({ token, part });
    if (opened.kind === "refused") {
      return await sendProblem(response, opened.problem, { "access-control-allow-origin": "*" });
    }
    const { source, key, openPlaylist } = opened;
    return isDownload && openPlaylist !== undefined
      ? await sendProblem(response, notOneFile, { "access-control-allow-origin": "*" })
      : await source.handler.handleNode(request, response, key, openPlaylist);
  } catch (error) {
    return sendProblem(response, problemOfApiError(error));
  }
}

function parseStreamTarget(target: RequestTarget): StreamTarget | undefined {
  if (!target.path.startsWith(streamMount)) {
    return parseOldStreamTarget(target);
  }
  const below = target.path.slice(streamMount.length);
  const slash = below.indexOf("/");
  const isDownload = target.query !== "" && new URLSearchParams(target.query).has("download");
  return slash === -1
    ? { token: below, isDownload }
    : { token: below.slice(0, slash), part: below.slice(slash + 1), isDownload };
}

function addressOfPeer({ socket }: IncomingMessage): string | undefined {
  return socket.remoteAddress;
}

/** `OPTIONS *` asks about the server as a whole (RFC 9110 section 9.3.7). */
async function answerAsterisk(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "OPTIONS") {
    return sendProblem(response, badRequest('Only OPTIONS may ask for "*".'));
  }
  response.writeHead(204, { allow: "GET, HEAD, OPTIONS" }).end();
}

function sendProblem(
  response: ServerResponse,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  return writeNodeReply(response, replyToProblem(problem, headers));
}

const notOneFile: Problem = {
  status: 409,
  code: "not-one-file",
  title: "Not one file",
  detail:
    "In this format the item is a playlist of many pieces, which cannot be saved as one file. Choose another of its formats.",
};

const signatureRequired: Problem = {
  status: 403,
  code: "signature-required",
  title: "Forbidden",
  detail: "This server delivers media at signed addresses only. Ask /api/v3/items/{id}/stream for one.",
};
