import { once } from "node:events";
import { Agent, type IncomingMessage, request as sendRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { formatMediaHref } from "../api/media-href.ts";
import { type ByteRange, type ByteSink, rangeLength } from "../bytes/index.ts";
import { replyToProblem, writeNodeReply } from "../delivery/index.ts";
import { formatRangeHeader, parseContentRange } from "../http/index.ts";
import { type CallOptions, isSourceError, SourceError, type SourceErrorCode } from "../source/index.ts";
import { endToEndFields, viewerField } from "./forwarded-fields.ts";

/** How a worker reaches the owner: plain HTTP over a socket of the file system. */
export class OwnerClient implements Disposable {
  readonly #socketPath: string;
  readonly #onError: (error: unknown, path: string) => void;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string, onError: (error: unknown, path: string) => void) {
    this.#socketPath = socketPath;
    this.#onError = onError;
  }

  /** Lets the owner answer a viewer's request. */
  forward(request: IncomingMessage, response: ServerResponse): void {
    if (response.destroyed) {
      return;
    }
    const path = request.url ?? "/";
    const onFailure = (error: unknown): void => {
      if (!response.destroyed) {
        this.#onError(error, path);
        failForward(response);
      }
    };
    try {
      const { method = "GET", rawHeaders, socket } = request;
      const fields = [...endToEndFields(rawHeaders), viewerField, socket.remoteAddress ?? "gone"];
      if (request.headers.host === undefined && request.httpVersion === "1.0") {
        fields.push("Host", "localhost");
      }
      const forwarded = sendRequest({ ...this.#target, method, path, headers: fields });
      response.once("close", () => forwarded.destroy());
      forwarded.once("error", onFailure);
      forwarded.once("response", (answer) => passOn(answer, response));
      // A failure on the viewer's side shows on the response, one on the owner's is handled above.
      pipeline(request, forwarded, () => undefined);
    } catch (error) {
      onFailure(error);
    }
  }

  /** Reads a part of an object, of this version and no other. @throws {SourceError} */
  async readPart(
    place: { readonly source: string; readonly key: string; readonly version: string },
    range: ByteRange,
    sink: ByteSink,
    { signal }: CallOptions,
  ): Promise<void> {
    const { source, key, version } = place;
    const doing = `Cannot read bytes ${range.start} to ${range.end} of "${key}" in ${source} through the owner`;
    const path = formatMediaHref(source, key);
    if (path === undefined) {
      throw new SourceError("invalid-key", `${doing}: no address reaches it`);
    }
    try {
      const headers = { host: "localhost", range: formatRangeHeader(range), "if-match": version };
      const request = sendRequest({ ...this.#target, path, headers, ...(signal === undefined ? {} : { signal }) });
      request.end();
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      assertPart(answer, range, doing);
      for await (const chunk of answer) {
        await sink.write(chunk as Uint8Array);
      }
    } catch (error) {
      throw isSourceError(error) ? error : failureOf(error, doing, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  get #target(): { readonly agent: Agent; readonly socketPath: string } {
    return { agent: this.#agent, socketPath: this.#socketPath };
  }
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const { statusCode = 502, statusMessage = "", rawHeaders } = answer;
  response.writeHead(statusCode, statusMessage, endToEndFields(rawHeaders));
  // Where one side fails the other is destroyed: a body that is not whole breaks the viewer's connection.
  pipeline(answer, response, (error) => {
    if (error !== null && error !== undefined) {
      response.socket?.destroy();
    }
  });
}

function failForward(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = {
    status: 503,
    code: "unavailable",
    title: "Service unavailable",
    detail: "The server is starting or stopping. Try again.",
    retryAfterSeconds: 1,
  };
  void writeNodeReply(response, replyToProblem(problem));
}

const codes: Readonly<Record<number, SourceErrorCode>> = { 404: "not-found", 412: "changed", 403: "forbidden" };

function assertPart(answer: IncomingMessage, range: ByteRange, doing: string): void {
  const { statusCode = 0, headers } = answer;
  const part = parseContentRange(headers["content-range"] ?? "");
  const isWanted = part?.range?.start === range.start && part.range.end === range.end;
  const isWhole = headers["content-length"] === String(rangeLength(range));
  if (statusCode !== 206 || !isWanted || !isWhole) {
    answer.destroy();
    const said = `${statusCode} with Content-Range "${headers["content-range"] ?? ""}"`;
    throw new SourceError(codes[statusCode] ?? "unavailable", `${doing}: it answered ${said}`, { retryable: true });
  }
}

function failureOf(error: unknown, doing: string, signal: AbortSignal | undefined): SourceError {
  const reason = error instanceof Error ? error.message : String(error);
  const code = signal?.aborted === true ? "aborted" : "unavailable";
  return new SourceError(code, `${doing}: ${reason}`, { retryable: true, cause: error });
}
