import { createHash } from "node:crypto";
import { patternView } from "../../src/testing/pattern-bytes.ts";

/** One version of an object at the scripted origin. */
export interface UpstreamObject {
  readonly sizeBytes: number;
  /** Header text, or `undefined` for an origin that sends none. */
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
  readonly mediaType: string | undefined;
  /** A view of at most `maxLength` bytes from `position`; nothing is copied, so that objects may be of any size. */
  view(position: number, maxLength: number): Uint8Array;
}

/** What else to say of an object; `null` leaves the field out of every answer. */
export interface ObjectTraits {
  readonly etag?: string | null;
  readonly lastModified?: Date | null;
  /** @default "video/mp4" */
  readonly mediaType?: string | null;
}

const defaultModified = new Date("2024-05-01T12:00:00Z");

/** An object that holds these bytes; its tag is their digest. */
export function bytesObject(bytes: Uint8Array, traits: ObjectTraits = {}): UpstreamObject {
  const digest = createHash("md5").update(bytes).digest("hex");
  return {
    sizeBytes: bytes.length,
    ...resolveTraits(traits, `"${digest}"`),
    view: (position, maxLength) => bytes.subarray(position, position + maxLength),
  };
}

/** An object of the test pattern (see `pattern-bytes.ts`), made on the fly; `salt` is its version. */
export function patternObject(
  sizeBytes: number,
  traits: ObjectTraits & { readonly salt?: number } = {},
): UpstreamObject {
  const salt = traits.salt ?? 0;
  return {
    sizeBytes,
    ...resolveTraits(traits, `"pattern-${sizeBytes}-${salt}"`),
    view: (position, maxLength) => patternView(position, Math.min(maxLength, sizeBytes - position), salt),
  };
}

function resolveTraits(traits: ObjectTraits, etag: string): Omit<UpstreamObject, "sizeBytes" | "view"> {
  return {
    etag: traits.etag === null ? undefined : (traits.etag ?? etag),
    lastModified: traits.lastModified === null ? undefined : (traits.lastModified ?? defaultModified),
    mediaType: traits.mediaType === null ? undefined : (traits.mediaType ?? "video/mp4"),
  };
}
