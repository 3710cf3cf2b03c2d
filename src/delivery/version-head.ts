import { BoundedMap } from "../bytes/bounded-map.ts";
import {
  type CurrentVersion,
  formatAttachment,
  formatHttpDate,
  harmlessMediaType,
  httpDateSeconds,
  isActiveMediaType,
  parseEntityTag,
} from "../http/index.ts";
import type { MediaObject } from "../source/index.ts";

/** What all answers for one version of an object have in common. */
export interface VersionHead {
  /** What a request's conditions are held against. */
  readonly version: CurrentVersion;
  /** Safe to send from the server's own origin. */
  readonly mediaType: string;
  /** What a 304 must repeat of the 200 (RFC 9110 section 15.4.5). */
  readonly validators: Readonly<Record<string, string>>;
  /** Of an answer with a body, as far as it does not depend on the request. */
  readonly content: Readonly<Record<string, string>>;
}

const rememberedHeads = 2048;

/** Makes the heads of versions, and keeps those used last: a player asks for the same version again and again. */
export class VersionHeads {
  readonly #cacheControl: string;
  readonly #heads = new BoundedMap<{ readonly facts: Facts; readonly head: VersionHead }>(rememberedHeads);

  constructor(cacheControl: string) {
    this.#cacheControl = cacheControl;
  }

  /** @param mediaType what the object was found to be */
  of(key: string, object: MediaObject, mediaType: string): VersionHead {
    const facts = factsOf(object, mediaType);
    const known = this.#heads.get(key);
    if (known !== undefined && areSame(known.facts, facts)) {
      return known.head;
    }
    const head = createHead(key, facts, this.#cacheControl);
    this.#heads.set(key, { facts, head });
    return head;
  }
}

/** All that a head is made of. */
interface Facts {
  readonly etag: string | undefined;
  readonly modifiedMs: number | undefined;
  readonly hasSize: boolean;
  readonly mediaType: string;
}

function factsOf(object: MediaObject, mediaType: string): Facts {
  return {
    etag: object.validator?.etag,
    modifiedMs: object.modifiedAt?.getTime(),
    hasSize: object.sizeBytes !== undefined,
    mediaType,
  };
}

function areSame(one: Facts, other: Facts): boolean {
  return (
    one.etag === other.etag &&
    one.modifiedMs === other.modifiedMs &&
    one.hasSize === other.hasSize &&
    one.mediaType === other.mediaType
  );
}

function createHead(key: string, { etag, modifiedMs, hasSize, mediaType }: Facts, cacheControl: string): VersionHead {
  const lastModifiedSeconds = modifiedMs === undefined ? undefined : httpDateSeconds(new Date(modifiedMs));
  const validators = {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModifiedSeconds === undefined ? {} : { "last-modified": formatHttpDate(lastModifiedSeconds) }),
    "cache-control": cacheControl,
  };
  const harmless = harmlessMediaType(mediaType);
  const active = {
    "content-security-policy": "sandbox; default-src 'none'",
    "content-disposition": formatAttachment(fileNameOf(key)),
  };
  return {
    version: { etag: etag === undefined ? undefined : parseEntityTag(etag), lastModifiedSeconds },
    mediaType: harmless,
    validators,
    content: {
      ...validators,
      "content-type": harmless,
      "accept-ranges": hasSize ? "bytes" : "none",
      "x-content-type-options": "nosniff",
      ...(isActiveMediaType(mediaType) ? active : {}),
    },
  };
}

/** The name under which a key is saved. */
export function fileNameOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}
