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

/** One field; no folded lines, and no stray line break that another reader of the head could take for an end. */
const fieldLine = /([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([^\r\n]*)(?:\r\n|$)/y;

/**
 * Parses the head of an HTTP/1.x answer, without its final empty line.
 * @returns `undefined` for anything that is not exactly that; an answer we cannot frame must not be streamed.
 */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const statusLine = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: [^\r\n]*)?(?:\r\n|$)/.exec(text);
  if (statusLine === null) {
    return undefined;
  }
  const headers = new Map<string, string>();
  for (let position = statusLine[0].length; position < text.length; position = fieldLine.lastIndex) {
    fieldLine.lastIndex = position;
    const match = fieldLine.exec(text);
    if (match === null) {
      return undefined;
    }
    const [, field = "", rest = ""] = match;
    const name = field.toLowerCase();
    const value = rest.trimEnd();
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
