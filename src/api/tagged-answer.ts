import { createHash } from "node:crypto";
import { matchesWeakly, parseEntityTag, parseEntityTagList } from "../http/index.ts";

/** Bytes with a tag of their content; 304 for who has them already. */
export function answerTagged(request: Request, bytes: Uint8Array, headers: Readonly<Record<string, string>>): Response {
  const etag = `"${contentTagOf(bytes)}"`;
  const fields = { ...headers, etag, "x-content-type-options": "nosniff" };
  if (isHeld(request, etag)) {
    const { "content-type": _type, ...kept } = fields as Record<string, string>;
    return new Response(null, { status: 304, headers: kept });
  }
  return new Response(bytes.slice(), { headers: { ...fields, "content-length": String(bytes.length) } });
}

/** What stands between the quotes of a tag: 132 bits of the content's digest. */
export function contentTagOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

/** The client has it already (RFC 9110 section 13.1.2: compared weakly). */
export function isHeld(request: Request, etag: string): boolean {
  const field = request.headers.get("if-none-match");
  const held = field === null ? undefined : parseEntityTagList(field);
  const own = parseEntityTag(etag);
  return held === "*" || (own !== undefined && held?.some((tag) => matchesWeakly(tag, own)) === true);
}
