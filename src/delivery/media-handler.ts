import type { IncomingMessage, ServerResponse } from "node:http";
import { isSourceError, type MediaObject, type Source, SourceError, type UpstreamMeter } from "../source/index.ts";
import { crossOriginFields, replyToOptions } from "./cross-origin.ts";
import { type DeliveryPolicy, resolveDeliveryPolicy } from "./delivery-policy.ts";
import { replyWithMedia } from "./media-reply.ts";
import { NodeReplyWriter, nodeRequestHead } from "./node-writer.ts";
import { problemOf, replyToProblem } from "./problem.ts";
import { emptyBody, type Reply } from "./reply.ts";
import type { ReplyWriter } from "./reply-writer.ts";
import { rangesOf, readingIntent, type RequestHead } from "./request-head.ts";
import { MediaTypeResolver } from "./sniff-media-type.ts";
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
  /** `aborted`: the viewer left. `failed`: an error answer, or a connection broken because the body could not be completed. */
  readonly outcome: "complete" | "aborted" | "failed";
  readonly error?: unknown;
}

/** Delivers the objects of one source. */
export interface MediaHandler {
  /** Answers a Node request, whatever its method, for the object at `key` (decoded, no leading slash). Never rejects. */
  handleNode(request: IncomingMessage, response: ServerResponse, key: string): Promise<void>;
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

  constructor(source: Source, policy: DeliveryPolicy, onDelivered: ((record: DeliveryRecord) => void) | undefined) {
    this.#source = source;
    this.#policy = policy;
    this.#onDelivered = onDelivered;
  }

  handleNode(request: IncomingMessage, response: ServerResponse, key: string): Promise<void> {
    return this.#deliver(nodeRequestHead(request), key, new NodeReplyWriter(response));
  }

  handleWeb(request: Request, key: string): Promise<Response> {
    const writer = new WebReplyWriter(request.signal);
    // The body goes on after the response has been returned; its failures reach the reader through the stream.
    void this.#deliver(webRequestHead(request), key, writer);
    return writer.response;
  }

  /** Never rejects: a failure is an answer while nothing has been sent, and a broken connection afterwards. */
  async #deliver(request: RequestHead, key: string, writer: ReplyWriter): Promise<void> {
    const startedAt = performance.now();
    const meter: UpstreamMeter = { requests: 0, bytes: 0 };
    let failure: unknown;
    try {
      await this.#answer(request, key, writer, meter);
    } catch (error) {
      failure = error;
      await this.#answerFailure(request, writer, error);
    }
    this.#onDelivered?.({
      method: request.method,
      key,
      status: writer.status ?? 499,
      bodyBytes: writer.bodyBytes,
      firstByteMs: writer.firstByteAt === undefined ? undefined : writer.firstByteAt - startedAt,
      durationMs: performance.now() - startedAt,
      upstreamRequests: meter.requests,
      upstreamBytes: meter.bytes,
      // A write to a viewer who has gone may fail before the connection's end is reported.
      outcome:
        writer.signal.aborted || isSourceError(failure, "aborted")
          ? "aborted"
          : failure === undefined
            ? "complete"
            : "failed",
      ...(failure === undefined ? {} : { error: failure }),
    });
  }

  async #answer(request: RequestHead, key: string, writer: ReplyWriter, meter: UpstreamMeter): Promise<void> {
    if (this.#policy.mode === "redirect" || (request.method !== "GET" && request.method !== "HEAD")) {
      const reply = await this.#replyWithoutObject(request, key, writer.signal);
      if (reply !== undefined) {
        return this.#send(request, reply, undefined, writer, meter);
      }
    }
    try {
      await this.#answerWithObject(request, key, writer, meter);
    } catch (error) {
      // Replaced between opening and reading: as nothing has been sent, the viewer gets the new version.
      if (!isSourceError(error, "changed") || writer.status !== undefined) {
        throw error;
      }
      await this.#answerWithObject(request, key, writer, meter);
    }
  }

  async #answerWithObject(request: RequestHead, key: string, writer: ReplyWriter, meter: UpstreamMeter): Promise<void> {
    const call = { signal: writer.signal, meter };
    const ranges = rangesOf(request);
    const intent = readingIntent(request, ranges);
    await using object = await this.#source.open(key, { ...call, intent });
    const mediaType = this.#mediaTypes.known(key, object) ?? (await this.#mediaTypes.sniff(key, object, call));
    const reply = replyWithMedia(request, ranges, { key, object, mediaType }, this.#policy);
    await this.#send(request, reply, object, writer, meter);
  }

  /** Answers that need no object: other methods, and redirects. */
  async #replyWithoutObject(request: RequestHead, key: string, signal: AbortSignal): Promise<Reply | undefined> {
    if (request.method === "OPTIONS") {
      return replyToOptions(request);
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      const problem = { status: 405, code: "method-not-allowed", title: "Method not allowed" };
      return replyToProblem({ ...problem, detail: "Media is read with GET or HEAD." }, { allow: "GET, HEAD, OPTIONS" });
    }
    return this.#policy.mode === "redirect" ? this.#redirect(request.method, key, signal) : undefined;
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

  async #send(
    request: RequestHead,
    reply: Reply,
    object: MediaObject | undefined,
    writer: ReplyWriter,
    meter: UpstreamMeter,
  ): Promise<void> {
    const headers = { ...reply.headers, ...crossOriginFields(request, this.#policy) };
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

  async #answerFailure(request: RequestHead, writer: ReplyWriter, error: unknown): Promise<void> {
    if (writer.status !== undefined || writer.signal.aborted) {
      writer.break(error);
      return;
    }
    try {
      await this.#send(request, replyToProblem(problemOf(error)), undefined, writer, { requests: 0, bytes: 0 });
    } catch (second) {
      writer.break(second instanceof Error ? second : new SourceError("aborted", "Cannot send an error answer"));
    }
  }
}
