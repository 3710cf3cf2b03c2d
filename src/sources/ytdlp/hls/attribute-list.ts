/** Attributes of a tag: `BANDWIDTH=1280000,CODECS="avc1.4d401f,mp4a.40.2"` (RFC 8216 section 4.2); quotes are taken off. */
export type AttributeList = ReadonlyMap<string, string>;

/** Reads what can be read; what is malformed is left out. */
export function parseAttributeList(text: string): AttributeList {
  const pairs = text.matchAll(/([A-Z0-9-]{1,64})=(?:"([^"\r\n]*)"|([^",\s]*))/g);
  return new Map(Array.from(pairs, ([, name = "", quoted, bare]) => [name, quoted ?? bare ?? ""]));
}

/** `640x360`, `29.97`, `YES` stand bare; text stands in quotes, which it cannot hold itself. */
export function formatAttributeList(
  bare: Readonly<Record<string, string | number | undefined>>,
  quoted: Readonly<Record<string, string | undefined>>,
): string {
  const written = [
    ...Object.entries(bare).map(([name, value]) => [name, value] as const),
    ...Object.entries(quoted).map(
      ([name, value]) => [name, value === undefined ? undefined : `"${value.replaceAll(/["\r\n]/g, "")}"`] as const,
    ),
  ];
  return written
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
