/** An entity tag (RFC 9110 section 8.8.3). `opaque` is what stands between the quotes. */
export interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

// etagc: %x21 / %x23-7E / obs-text
const entityTagPattern = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

/** Parses exactly one entity tag; anything around it makes it invalid. */
export function parseEntityTag(value: string): EntityTag | undefined {
  entityTagPattern.lastIndex = 0;
  const match = entityTagPattern.exec(value);
  if (match === null || match[0].length !== value.length) {
    return undefined;
  }
  return { weak: match[1] !== undefined, opaque: match[2] ?? "" };
}

/**
 * Parses the list of `If-Match` and `If-None-Match`.
 * @returns `"*"`, the tags (perhaps none), or `undefined` where the value breaks the grammar.
 */
export function parseEntityTagList(value: string): readonly EntityTag[] | "*" | undefined {
  if (value.trim() === "*") {
    return "*";
  }
  const tags: EntityTag[] = [];
  let position = skipListSeparators(value, 0);
  while (position < value.length) {
    entityTagPattern.lastIndex = position;
    const match = entityTagPattern.exec(value);
    if (match === null) {
      return undefined;
    }
    tags.push({ weak: match[1] !== undefined, opaque: match[2] ?? "" });
    const next = skipListSeparators(value, entityTagPattern.lastIndex);
    const separated = value.slice(entityTagPattern.lastIndex, next).includes(",");
    if (next < value.length && !separated) {
      return undefined;
    }
    position = next;
  }
  return tags;
}

function skipListSeparators(value: string, from: number): number {
  let position = from;
  while (position < value.length && " \t,".includes(value.charAt(position))) position += 1;
  return position;
}

/** Strong comparison (RFC 9110 section 8.8.3.2): both strong, same characters. */
export function matchesStrongly(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}

/** Weak comparison: same characters, weakness aside. */
export function matchesWeakly(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}
