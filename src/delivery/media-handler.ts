import type { IncomingMessage, ServerResponse } from "node:http";
import {
  isSourceError,
  type MediaObject,
  type OpenOptions,
  type Source,
  SourceError,
  type UpstreamMeter,
} from "../source/index.ts";
import { crossOriginFields, replyToOptions } from "./cross-origin.ts";
import { type DeliveryPolicy, resolveDeliveryPolicy } from "./delivery-policy.ts";
import { replyWithMedia } from "./media-reply.ts";
import { NodeReplyWriter, nodeRequestHead } from "./node-writer.ts";
import { problemOf, replyToProblem } from "./problem.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import { rangesOf, readingIntent, type RequestHead } from "./request-head.ts";
import { MediaTypeResolver } from "./sniff-media-type.ts";
import { timingFields } from "./timing-fields.ts";
import { VersionHeads } from "./version-head.ts";
import { webRequestHead, WebReplyWriter } from "./web-writer.ts";

/** Options of {@link createMediaHandler}. */
export interface MediaHandlerOptions extends Partial<DeliveryPolicy> {
  /** Told of every answer once it is over, however it ended. */
  readonly onDelivered?: ((record: DeliveryRecord) => void) | undefined;
}

/** What became of one request. */
export interface DeliveryRecord {
  readonly method: string;
  readonly key: string;
  /** As sent; 499 where the viewer left before. */
  readonly status: number;
  /** Body bytes handed to the connection. */
  readonly bodyBytes: number;
  /** Milliseconds from the request to the first body byte handed on. */
  readonly firstByteMs: number | undefined;
  readonly durationMs: number;
  readonly upstreamRequests: number;
  readonly upstreamBytes: number;
  /** Bodies that were cut and taken up again. */
  readonly upstreamResumes: number;
  /** Body bytes out of a cache's store. */
  readonly hitBytes: number;
  /** What the cache said to it, as a member of `Cache-Status` (RFC 9211); absent where there is none. */
  readonly cacheStatus?: string | undefined;
  /** `aborted`: the viewer left. `failed`: an error answer, or a connection broken because the body could not be completed. */
  readonly outcome: "complete" | "aborted" | "failed";
  readonly error?: unknown;
}

/** Opens what is delivered. */
export type OpenObject = (options: OpenOptions) => Promise<MediaObject>;

/** Delivers the objects of one source. */
export interface MediaHandler {
  /**
   * Answers a Node request, whatever its method, for the object at `key` (decoded, no leading slash). Never rejects.
   * @param open opens the object where the source alone does not know how. @default `source.open` with the key
   */
  handleNode(request: IncomingMessage, response: ServerResponse, key: string, open?: OpenObject): Promise<void>;
  /** Answers a Web request. Resolves once the first body byte is there, so that failures before it are clean answers. */
  handleWeb(request: Request, key: string): Promise<Response>;
}

/**
 * Creates the handler that answers requests for a source's objects: ranges, conditionals, HEAD, CORS and errors, the same for
 * every source and both kinds of server.
 * @throws {RangeError} where the policy would break players
 */
export function createMediaHandler(source: Source, options: MediaHandlerOptions = {}): MediaHandler {
  const { onDelivered, ...policy } = options;
  return new SourceMediaHandler(source, resolveDeliveryPolicy(policy), onDelivered);
}

class SourceMediaHandler implements MediaHandler {
  readonly #source: Source;
  readonly #policy: DeliveryPolicy;
  readonly #onDelivered: ((record: DeliveryRecord) => void) | undefined;
  readonly #mediaTypes = new MediaTypeResolver();
  readonly #heads: VersionHeads;

  constructor(source: Source, policy: DeliveryPolicy, onDelivered: ((record: DeliveryRecord) => void) | undefined) {
    this.#source = source;
    this.#policy = policy;
    this.#heads = new VersionHeads(policy.cacheControl);
    this.#onDelivered = onDelivered;
  }

  handleNode(request: IncomingMessage, response: ServerResponse, key: string, open?: OpenObject): Promise<void> {
    return this.#deliver(nodeRequestHead(request), key, new NodeReplyWriter(response), open);
  }

  handleWeb(request: Request, key: string): Promise<Response> {
    const writer = new WebReplyWriter(request.signal);
    // The body goes on after the response has been returned; its failures reach the reader through the stream.
    void this.#deliver(webRequestHead(request), key, writer, undefined);
    return writer.response;
  }

  /** Never rejects: a failure is an answer while nothing has been sent, and a broken connection afterwards. */
  async #deliver(request: RequestHead, key: string, writer: ReplyWriter, open: OpenObject | undefined): Promise<void> {
    const meter: UpstreamMeter = { requests: 0, bytes: 0 };
    const startedAt = performance.now();
    const exchange: Exchange = { request, key, open, writer, meter, startedAt, cacheStatus: undefined };
    let failure: unknown;
    try {
      await this.#answer(exchange);
    } catch (error) {
      failure = error;
      await this.#answerFailure(exchange, error);
    }
    this.#onDelivered?.(recordOf(exchange, failure));
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { method } = exchange.request;
    if (this.#policy.mode === "redirect" || (method !== "GET" && method !== "HEAD")) {
      const reply = await this.#replyWithoutObject(exchange);
      if (reply !== undefined) {
        return this.#send(exchange, reply, undefined);
      }
    }
    try {
      await this.#answerWithObject(exchange);
    } catch (error) {
      // Replaced between opening and reading: as nothing has been sent, the viewer gets the new version.
      if (!isSourceError(error, "changed") || exchange.writer.status !== undefined) {
        throw error;
      }
      await this.#answerWithObject(exchange);
    }
  }

  async #answerWithObject(exchange: Exchange): Promise<void> {
    const { request, key, open, writer, meter } = exchange;
    const call = { signal: writer.signal, meter };
    const ranges = rangesOf(request);
    const intent = readingIntent(request, ranges);
    const object = await (open?.({ ...call, intent }) ?? this.#source.open(key, { ...call, intent }));
    // Not `await using`: V8 does not optimise functions that have it, and this one runs for every range of every player.
    try {
      exchange.cacheStatus = object.cacheStatus;
      const mediaType = this.#mediaTypes.known(key, object) ?? (await this.#mediaTypes.sniff(key, object, call));
      const media = { key, sizeBytes: object.sizeBytes, head: this.#heads.of(key, object, mediaType) };
      await this.#send(exchange, replyWithMedia(request, ranges, media, this.#policy), object);
    } finally {
      await object[Symbol.asyncDispose]();
    }
  }

  /** Answers that need no object: other methods, and redirects. */
  async #replyWithoutObject({ request, key, writer }: Exchange): Promise<Reply | undefined> {
    if (request.method === "OPTIONS") {
      return replyToOptions(request);
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      const problem = { status: 405, code: "method-not-allowed", title: "Method not allowed" };
      return replyToProblem({ ...problem, detail: "Media is read with GET or HEAD." }, { allow: "GET, HEAD, OPTIONS" });
    }
    return this.#policy.mode === "redirect" ? this.#redirect(request.method, key, writer.signal) : undefined;
  }

  async #redirect(method: "GET" | "HEAD", key: string, signal: AbortSignal): Promise<Reply | undefined> {
    try {
      const lifetimeSeconds = this.#policy.redirectLifetimeSeconds;
      const address = await this.#source.locate(key, { method, lifetimeSeconds, signal });
      // Not to be stored: the target outlives neither its signature nor a change of the object.
      return {
        status: 307,
        headers: { location: address.href, "cache-control": "no-store", "content-length": "0" },
        body: emptyBody,
      };
    } catch (error) {
      if (isSourceError(error, "unsupported")) {
        return undefined;
      }
      throw error;
    }
  }

  async #send(exchange: Exchange, reply: Reply, object: MediaObject | undefined): Promise<void> {
    const { request, writer, meter } = exchange;
    const timing = timingFields(performance.now() - exchange.startedAt, exchange.cacheStatus);
    const headers = { ...reply.headers, ...timing, ...crossOriginFields(request, this.#policy) };
    writer.begin(request.method === "HEAD" ? { ...reply, headers, body: emptyBody } : { ...reply, headers });
    if (reply.body.kind === "media") {
      if (object === undefined) {
        throw new TypeError("A reply with media needs its object");
      }
      for (const part of reply.body.parts) {
        if (part.kind === "framing") {
          await writer.write(part.bytes);
        } else {
          await object.read(part.range, writer, { signal: writer.signal, meter });
        }
      }
    }
    await writer.end();
  }

  async #answerFailure(exchange: Exchange, error: unknown): Promise<void> {
    const { writer } = exchange;
    if (writer.status !== undefined || writer.signal.aborted) {
      writer.break(error);
      return;
    }
    // What the cache said was about media that is not sent now.
    exchange.cacheStatus = undefined;
    try {
      await this.#send(exchange, replyToProblem(problemOf(error)), undefined);
    } catch (second) {
      writer.break(second instanceof Error ? second : new SourceError("aborted", "Cannot send an error answer"));
    }
  }
}

/** One request and what is known of its answer. */
interface Exchange {
  readonly request: RequestHead;
  readonly key: string;
  readonly open: OpenObject | undefined;
  readonly writer: ReplyWriter;
  readonly meter: UpstreamMeter;
  readonly startedAt: number;
  cacheStatus: string | undefined;
}

function recordOf(exchange: Exchange, failure: unknown): DeliveryRecord {
  const { request, key, writer, meter, startedAt, cacheStatus } = exchange;
  // A write to a viewer who has gone may fail before the connection's end is reported; one who has got everything may go.
  const isAborted = failure !== undefined && (writer.signal.aborted || isSourceError(failure, "aborted"));
  return {
    method: request.method,
    key,
    status: writer.status ?? 499,
    bodyBytes: writer.bodyBytes,
    firstByteMs: writer.firstByteAt === undefined ? undefined : writer.firstByteAt - startedAt,
    durationMs: performance.now() - startedAt,
    upstreamRequests: meter.requests,
    upstreamBytes: meter.bytes,
    upstreamResumes: meter.resumes ?? 0,
    hitBytes: meter.hitBytes ?? 0,
    ...(cacheStatus === undefined ? {} : { cacheStatus }),
    outcome: isAborted ? "aborted" : failure === undefined ? "complete" : "failed",
    ...(failure === undefined ? {} : { error: failure }),
  };
}
