/** A breach of HTTP/1.1's message syntax by the server under test. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** One field line as it stood on the wire: name in its own case, value without surrounding blanks. */
export type FieldLine = readonly [name: string, value: string];

/** Status line and field lines of a response, in order, duplicates kept. */
export interface ResponseHead {
  readonly httpVersion: "1.0" | "1.1";
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly FieldLine[];
}

/** How the end of a body is known (RFC 9112 section 6.3). */
export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

const statusLinePattern = /^HTTP\/(1\.[01]) ([0-9]{3}) ([\t\x20-\x7e\x80-\xff]*)$/;
const fieldLinePattern = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/**
 * Parses a response head without its final empty line, more strictly than any browser: CRLF only, no folding, no blanks around
 * names. Independent of the code under test and of Node's parser, which forgives.
 * @throws {WireError}
 */
export function parseResponseHead(text: string): ResponseHead {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const match = statusLinePattern.exec(statusLine);
  if (match === null) {
    throw new WireError(`Not a status line: ${JSON.stringify(statusLine.slice(0, 200))}`);
  }
  return {
    httpVersion: match[1] === "1.0" ? "1.0" : "1.1",
    status: Number(match[2]),
    reason: match[3] ?? "",
    fields: lines.map(parseFieldLine),
  };
}

function parseFieldLine(line: string): FieldLine {
  const match = fieldLinePattern.exec(line);
  if (match === null) {
    throw new WireError(`Not a field line: ${JSON.stringify(line.slice(0, 200))}`);
  }
  return [match[1] ?? "", match[2] ?? ""];
}

/** Every value of the field, in order; names compare without case. */
export function fieldValues(fields: readonly FieldLine[], name: string): string[] {
  const wanted = name.toLowerCase();
  return fields.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value);
}

/** The field's only value, or `undefined` where it is absent. @throws {WireError} where it occurs twice. */
export function fieldValue(fields: readonly FieldLine[], name: string): string | undefined {
  const values = fieldValues(fields, name);
  if (values.length > 1) {
    throw new WireError(`${values.length} field lines of ${name}: ${values.join(" | ")}`);
  }
  return values[0];
}

/**
 * Decides how the body ends.
 * @param method of the request that is answered: a response to HEAD has no body whatever its fields say.
 * @throws {WireError} where the fields contradict each other, which is how request smuggling starts.
 */
export function resolveFraming(head: ResponseHead, method: string): BodyFraming {
  const length = fieldValue(head.fields, "Content-Length");
  const coding = fieldValue(head.fields, "Transfer-Encoding");
  if (length !== undefined && !/^[0-9]{1,15}$/.test(length)) {
    throw new WireError(`Content-Length is no number: ${length}`);
  }
  if (length !== undefined && coding !== undefined) {
    throw new WireError("Both Content-Length and Transfer-Encoding");
  }
  const bodiless = head.status < 200 || head.status === 204 || head.status === 304;
  if (bodiless && coding !== undefined) {
    throw new WireError(`Transfer-Encoding on a ${head.status}`);
  }
  if (bodiless || method === "HEAD") {
    return { kind: "none" };
  }
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked" || head.httpVersion === "1.0") {
      throw new WireError(`Transfer-Encoding ${coding} on HTTP/${head.httpVersion}`);
    }
    return { kind: "chunked" };
  }
  return length === undefined ? { kind: "until-close" } : { kind: "length", length: Number(length) };
}
