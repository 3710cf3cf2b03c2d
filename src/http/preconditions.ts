import { type EntityTag, matchesStrongly, matchesWeakly, parseEntityTag, parseEntityTagList } from "./entity-tag.ts";
import { parseHttpDate } from "./http-date.ts";

/** The conditional fields of a request, as they stand in its head. */
export interface ConditionalFields {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
  readonly ifRange?: string | undefined;
}

/** What the conditions are held against. */
export interface CurrentVersion {
  /** Absent where the source pins no version; a condition on a tag then never matches. */
  readonly etag: EntityTag | undefined;
  /** Seconds since 1970. */
  readonly lastModifiedSeconds: number | undefined;
}

/**
 * Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 section 13.2.2, steps 1 to 4.
 * `"proceed"` leaves step 5, `If-Range`, to {@link isRangeCurrent}.
 */
export function evaluatePreconditions(
  fields: ConditionalFields,
  current: CurrentVersion,
): "proceed" | "not-modified" | "precondition-failed" {
  if (!passesMatch(fields, current)) {
    return "precondition-failed";
  }
  return isModified(fields, current) ? "proceed" : "not-modified";
}

/** Steps 1 and 2: If-Match, and only where it is absent If-Unmodified-Since. */
function passesMatch(fields: ConditionalFields, current: CurrentVersion): boolean {
  if (fields.ifMatch !== undefined) {
    const tags = parseEntityTagList(fields.ifMatch);
    return tags === "*" || someMatches(tags, current.etag, matchesStrongly);
  }
  const since = fields.ifUnmodifiedSince === undefined ? undefined : parseHttpDate(fields.ifUnmodifiedSince);
  // Section 13.1.4: ignored where it is no date, or where the resource has none.
  return since === undefined || current.lastModifiedSeconds === undefined || current.lastModifiedSeconds <= since;
}

/** Steps 3 and 4: If-None-Match, and only where it is absent If-Modified-Since. */
function isModified(fields: ConditionalFields, current: CurrentVersion): boolean {
  if (fields.ifNoneMatch !== undefined) {
    const tags = parseEntityTagList(fields.ifNoneMatch);
    return tags !== "*" && !someMatches(tags, current.etag, matchesWeakly);
  }
  const since = fields.ifModifiedSince === undefined ? undefined : parseHttpDate(fields.ifModifiedSince);
  return since === undefined || current.lastModifiedSeconds === undefined || current.lastModifiedSeconds > since;
}

/**
 * Step 5: whether `If-Range` lets the Range field count (RFC 9110 section 13.1.5): strong comparison for a tag, exact equality
 * for a date. Anything else, a weak tag included, means the whole object is sent.
 */
export function isRangeCurrent(ifRange: string | undefined, current: CurrentVersion): boolean {
  if (ifRange === undefined) {
    return true;
  }
  const tag = parseEntityTag(ifRange);
  if (tag !== undefined) {
    return someMatches([tag], current.etag, matchesStrongly);
  }
  const date = parseHttpDate(ifRange);
  return date !== undefined && date === current.lastModifiedSeconds;
}

function someMatches(
  tags: readonly EntityTag[] | undefined,
  current: EntityTag | undefined,
  matches: (a: EntityTag, b: EntityTag) => boolean,
): boolean {
  return current !== undefined && (tags?.some((tag) => matches(tag, current)) ?? false);
}
