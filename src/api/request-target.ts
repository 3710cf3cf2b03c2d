/** The parts of a request target as they came over the wire: nothing is decoded, nothing is normalised. */
export interface RequestTarget {
  /** Starts with `/`, or is `*` (`OPTIONS *`). */
  readonly path: string;
  /** Empty, or starts with `?`. */
  readonly query: string;
}

// RFC 9112 section 3.2.2: a server accepts the absolute form. The authority is dropped: it never chooses what we serve.
const absoluteForm = /^https?:\/\/[^/?#]*/i;

/**
 * Splits a request target (RFC 9112 section 3.2) without a URL parser: that one resolves `..`, and turns `//host/x` into another
 * host, before anyone can refuse them.
 * @returns `undefined` where it is none of the forms a server answers, or carries a fragment.
 */
export function parseRequestTarget(raw: string): RequestTarget | undefined {
  if (raw === "*") {
    return { path: raw, query: "" };
  }
  const relative = raw.replace(absoluteForm, "");
  const origin = relative.length < raw.length && !relative.startsWith("/") ? `/${relative}` : relative;
  if (!origin.startsWith("/") || origin.includes("#")) {
    return undefined;
  }
  const mark = origin.indexOf("?");
  return mark === -1 ? { path: origin, query: "" } : { path: origin.slice(0, mark), query: origin.slice(mark) };
}
