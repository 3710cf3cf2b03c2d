import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { contentTagOf, isHeld } from "./tagged-answer.ts";

const compressBrotli = promisify(brotliCompress);
/** As fast as gzip, and smaller. */
const brotliParameters = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const compressions = {
  br: (bytes: Uint8Array) => compressBrotli(bytes, brotliParameters),
  gzip: promisify<Uint8Array, Buffer>(gzip),
};
/** Below this a compressed answer saves no packet. */
const leastCompressedBytes = 1024;

/**
 * Finishes an answer of JSON: a tag of its content, 304 for who has it already, and compression. Everything else, media above all, is
 * passed on as it is.
 */
export async function finishJsonAnswer(request: Request, response: Response): Promise<Response> {
  if (!/^application\/(?:problem\+)?json\b/.test(response.headers.get("content-type") ?? "")) {
    return response;
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.append("vary", "Accept-Encoding");
  headers.set("x-content-type-options", "nosniff");
  const isRead = (request.method === "GET" || request.method === "HEAD") && response.status === 200;
  if (isRead && headers.get("cache-control") !== "no-store") {
    const etag = `W/"${contentTagOf(bytes)}"`;
    headers.set("etag", etag);
    if (!headers.has("cache-control")) {
      headers.set("cache-control", "no-cache");
    }
    if (isHeld(request, etag)) {
      ["content-type", "content-length"].forEach((name) => headers.delete(name));
      return new Response(null, { status: 304, headers });
    }
  }
  return compressed(request, bytes, headers, response.status);
}

/** Finishes what routes answer. HEAD is asked of them as GET: the head of an answer tells of the body that it has not. */
export async function answerWithJson(
  request: Request,
  fetchAnswer: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  if (request.method !== "HEAD") {
    return finishJsonAnswer(request, await fetchAnswer(request));
  }
  const { url, headers, signal } = request;
  const answer = await finishJsonAnswer(request, await fetchAnswer(new Request(url, { headers, signal })));
  await answer.body?.cancel();
  return new Response(null, answer);
}

async function compressed(request: Request, bytes: Uint8Array, headers: Headers, status: number): Promise<Response> {
  const coding =
    bytes.length < leastCompressedBytes ? undefined : chooseCoding(request.headers.get("accept-encoding") ?? "");
  const body = coding === undefined ? bytes : await compressions[coding](bytes);
  if (coding !== undefined) {
    headers.set("content-encoding", coding);
  }
  headers.set("content-length", String(body.length));
  return new Response(request.method === "HEAD" ? null : body.slice(), { status, headers });
}

/** The smaller of what the client takes (RFC 9110 section 12.5.3); a weight of 0 means never. */
export function chooseCoding(field: string): "br" | "gzip" | undefined {
  const taken = new Map(
    field
      .toLowerCase()
      .split(",")
      .map((entry) => {
        const [coding = "", ...parameters] = entry.split(";").map((part) => part.trim());
        const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
        return [coding, weight === undefined ? 1 : Number(weight)];
      }),
  );
  return (["br", "gzip"] as const).find((coding) => (taken.get(coding) ?? taken.get("*") ?? 0) > 0);
}
