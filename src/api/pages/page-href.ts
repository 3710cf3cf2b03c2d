/** The listing of a folder: `browse` and each part of the path percent-encoded, with a slash at the end. */
export function formatBrowseHref(source: string, prefix: string): string {
  const parts = prefix === "" ? [] : prefix.replace(/\/$/, "").split("/");
  return `/browse/${[source, ...parts].map(encodePart).join("/")}/`;
}

function encodePart(part: string): string {
  // encodeURIComponent throws on half a surrogate pair.
  return encodeURIComponent(part.toWellFormed());
}

/**
 * The same address, if it stays on this server. Escaping keeps markup out of an attribute, but not `javascript:` or
 * `//elsewhere`: no name from a source may ever become a link to somewhere else.
 */
export function assertLocalHref(href: string): string {
  if (!/^\/(?![/\\])/.test(href)) throw new RangeError(`A listing links only to this server, not to "${href}"`);
  return href;
}

/** The address that saves a file instead of showing it. */
export function formatDownloadHref(href: string): string {
  return `${assertLocalHref(href)}${href.includes("?") ? "&" : "?"}download`;
}
