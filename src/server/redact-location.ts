/** A location without what may be secret in it: whatever stands before an `@`, and the query. */
export function redactLocation(place: string): string {
  const [scheme = ""] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(place) ?? [];
  if (scheme === "" || scheme === "file://") {
    return place;
  }
  const rest = place.slice(scheme.length);
  const at = rest.lastIndexOf("@");
  const shown = at === -1 ? rest : `***${rest.slice(at)}`;
  return `${scheme}${shown.replace(/\?.*$/s, "?...")}`;
}
