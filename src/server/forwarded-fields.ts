import type { IncomingMessage } from "node:http";

/** Tells the owner for whom a worker asks. What comes without it is a part of an answer that the worker gives itself. */
export const viewerField = "sluice-viewer";

/** Fields between two neighbours (RFC 9110 section 7.6.1), and what only a worker may say. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  viewerField,
]);

/** Header lines as they came, without those that end here. */
export function endToEndFields(rawHeaders: readonly string[]): string[] {
  const named = new Set(connectionOptions(rawHeaders));
  const fields: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const lowerName = name.toLowerCase();
    if (!hopByHop.has(lowerName) && !named.has(lowerName)) {
      fields.push(name, value);
    }
  }
  return fields;
}

/** The address of the viewer for whom a worker asks; `undefined` where it asks for a part. */
export function forwardedViewer(request: IncomingMessage): string | undefined {
  const value = request.headers[viewerField];
  return typeof value === "string" ? value : undefined;
}

/** Further fields that the sender calls hop-by-hop. */
function connectionOptions(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() === "connection"
      ? (rawHeaders[at + 1] ?? "").split(",").map((option) => option.trim().toLowerCase())
      : [],
  );
}
