/** The head of an upstream's answer. */
export interface ResponseHead {
  readonly status: number;
  /** HTTP/1.0 answers end their connection unless they say otherwise. */
  readonly isHttp10: boolean;
  /** Field values by lower-case name; several lines joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

/** How the end of an answer's body shows (RFC 9112 section 6.3). */
export type BodyFraming =
  | { readonly kind: "length"; readonly lengthBytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

/** Larger heads are refused: no media origin needs them, and they would be held in memory. */
export const maxHeadBytes: number = 64 * 1024;

/**
 * Parses the head of an HTTP/1.x answer, without its final empty line.
 * @returns `undefined` for anything that is not exactly that; an answer we cannot frame must not be streamed.
 */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const lines = text.split("\r\n");
  const statusLine = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: |$)/.exec(lines[0] ?? "");
  if (statusLine === null) {
    return undefined;
  }
  const headers = new Map<string, string>();
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    // Also catches folded lines, which begin with white space.
    if (colon < 1 || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) {
      return undefined;
    }
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return { status: Number(statusLine[2]), isHttp10: statusLine[1] === "0", headers };
}

/**
 * Says how the body of an answer ends.
 * @returns `undefined` where the fields contradict each other or cannot be read: the body could not be told from the next answer.
 */
export function framingOf(head: ResponseHead, method: string): BodyFraming | undefined {
  if (method === "HEAD" || head.status === 204 || head.status === 304) {
    return { kind: "length", lengthBytes: 0 };
  }
  const encoding = head.headers.get("transfer-encoding");
  const length = head.headers.get("content-length");
  if (encoding !== undefined) {
    return encoding.toLowerCase() === "chunked" && length === undefined ? { kind: "chunked" } : undefined;
  }
  if (length === undefined) {
    return { kind: "until-close" };
  }
  // Equal repetitions may be taken as one (RFC 9110 section 8.6).
  const values = new Set(length.split(",").map((value) => value.trim()));
  const [value = ""] = values;
  const lengthBytes = Number(value);
  const isValid = values.size === 1 && /^[0-9]{1,16}$/.test(value) && Number.isSafeInteger(lengthBytes);
  return isValid ? { kind: "length", lengthBytes } : undefined;
}

/** Whether the connection may carry another request after this answer. */
export function keepsConnection(head: ResponseHead, framing: BodyFraming): boolean {
  const connection = (head.headers.get("connection") ?? "").toLowerCase();
  return (
    framing.kind !== "until-close" &&
    !connection.includes("close") &&
    (!head.isHttp10 || connection.includes("keep-alive"))
  );
}
