/** What is known of saved media. */
export interface SavedVersion {
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly savedAtMs: number;
}

/** The head of an answer, and which bytes follow it. */
export interface SavedReply {
  readonly status: 200 | 206 | 304 | 405 | 412 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** `end` not included; absent where no bytes follow. */
  readonly span: { readonly start: number; readonly end: number } | undefined;
}

/**
 * Answers a request for saved media as the server would (RFC 9110 sections 13 and 14): the server's own test vectors are run against it.
 * Several ranges at once get the whole, which is allowed and which no player asks for.
 */
export function replyWithSaved(method: string, request: Headers, version: SavedVersion): SavedReply {
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, headers: { allow: "GET, HEAD", "content-length": "0" }, span: undefined };
  }
  const { sizeBytes, mediaType } = version;
  const modified = new Date(version.savedAtMs).toUTCString();
  const common = {
    "accept-ranges": "bytes",
    etag: version.etag,
    "last-modified": modified,
    "cache-control": "no-store",
  };
  const condition = evaluateConditions(request, version);
  if (condition === 304) {
    return { status: 304, headers: common, span: undefined };
  }
  if (condition === 412) {
    return { status: 412, headers: { etag: version.etag, "content-length": "0" }, span: undefined };
  }
  const wish = method === "GET" && isRangeCurrent(request.get("if-range"), version) ? request.get("range") : null;
  const range = wish === null ? undefined : resolveRange(wish, sizeBytes);
  if (range === "unsatisfiable") {
    const headers = { "accept-ranges": "bytes", "content-range": `bytes */${sizeBytes}`, "content-length": "0" };
    return { status: 416, headers, span: undefined };
  }
  const span = range ?? { start: 0, end: sizeBytes };
  const headers = {
    ...common,
    "content-type": mediaType,
    "content-length": `${span.end - span.start}`,
    ...(range === undefined ? {} : { "content-range": `bytes ${span.start}-${span.end - 1}/${sizeBytes}` }),
  };
  return { status: range === undefined ? 200 : 206, headers, span: method === "HEAD" ? undefined : span };
}

/** `undefined`: ignore the field, and send the whole. */
function resolveRange(field: string, sizeBytes: number): SavedReply["span"] | "unsatisfiable" {
  const [, list] = /^bytes=(.*)$/i.exec(field) ?? [];
  const specs = (list ?? "")
    .split(",")
    .map((spec) => spec.replaceAll(/^[ \t]+|[ \t]+$/g, ""))
    .filter((spec) => spec !== "");
  // An empty object has no range that could be written down: it is answered whole.
  if (specs.length === 0 || !specs.every(isRangeSpec) || sizeBytes === 0) {
    return undefined;
  }
  const spans = specs.map((spec) => clampedSpan(spec, sizeBytes)).filter(({ start, end }) => start < end);
  return spans.length > 1 ? undefined : (spans[0] ?? "unsatisfiable");
}

/** Compared exactly: positions may have any number of digits. */
function isRangeSpec(spec: string): boolean {
  const [, first = "", last = ""] = /^([0-9]*)-([0-9]*)$/.exec(spec) ?? [];
  return first === "" ? last !== "" : last === "" || BigInt(last) >= BigInt(first);
}

function clampedSpan(spec: string, sizeBytes: number): { readonly start: number; readonly end: number } {
  const [first = "", last = ""] = spec.split("-");
  if (first === "") {
    return { start: Math.max(0, sizeBytes - Number(last)), end: sizeBytes };
  }
  return { start: Number(first), end: last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}

/** Section 13.2.2, steps 1 to 4. */
function evaluateConditions(request: Headers, version: SavedVersion): 304 | 412 | undefined {
  const match = request.get("if-match");
  const unmodifiedSince = secondsOf(request.get("if-unmodified-since"));
  const savedAt = savedSeconds(version);
  // A weak tag never matches strongly.
  if (match === null ? unmodifiedSince !== undefined && savedAt > unmodifiedSince : !includesTag(match, version.etag)) {
    return 412;
  }
  const noneMatch = request.get("if-none-match");
  const modifiedSince = secondsOf(request.get("if-modified-since"));
  if (noneMatch !== null) {
    return includesTag(noneMatch.replaceAll('W/"', '"'), version.etag) ? 304 : undefined;
  }
  return modifiedSince !== undefined && savedAt <= modifiedSince ? 304 : undefined;
}

function includesTag(list: string, etag: string): boolean {
  if (list.trim() === "*") {
    return true;
  }
  // Commas may stand inside of a tag: the tags are found, not split. What is no list of tags matches nothing.
  const tags: readonly string[] = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  const rest = list.replaceAll(/(?:W\/)?"[^"]*"/g, "").trim();
  return /^[\s,]*$/.test(rest) && tags.includes(etag);
}

/** Step 5: a strong tag, or the very date (section 13.1.5). */
function isRangeCurrent(field: string | null, version: SavedVersion): boolean {
  return field === null || field.trim() === version.etag || secondsOf(field) === savedSeconds(version);
}

function savedSeconds({ savedAtMs }: SavedVersion): number {
  return Math.floor(savedAtMs / 1000);
}

const days = "Mon|Tue|Wed|Thu|Fri|Sat|Sun";
const longDays = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";
const months = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
/** The three forms of a date that HTTP knows: `Date.parse` alone takes far more. */
const dateForms = [
  new RegExp(`^(?:${days}), \\d\\d (?:${months}) \\d{4} \\d\\d:\\d\\d:\\d\\d GMT$`),
  new RegExp(`^(?:${longDays}), \\d\\d-(?:${months})-\\d\\d \\d\\d:\\d\\d:\\d\\d GMT$`),
];
const asctimeForm = new RegExp(`^(?:${days}) (?:${months}) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4}$`);

function secondsOf(field: string | null): number | undefined {
  if (field === null) {
    return undefined;
  }
  const isDate = dateForms.some((form) => form.test(field));
  const milliseconds = isDate ? Date.parse(field) : asctimeForm.test(field) ? Date.parse(`${field} GMT`) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
