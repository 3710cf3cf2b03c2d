import { hashName } from "./slice-names.ts";
import type { HeldObject } from "./slice-index.ts";
import type { ObjectRecord } from "./slice-store.ts";

/** What the file about an object tells. */
export interface DiskAbout {
  readonly object: string;
  readonly versions: readonly string[];
  readonly record: ObjectRecord | undefined;
}

export function formatAbout(object: HeldObject): string {
  return JSON.stringify({ object: object.name, versions: [...object.editions.keys()], record: object.record });
}

/**
 * Reads the file of the object that lies in folder `hash`.
 * @returns `undefined` where it is not whole, as after the power went, or belongs to another folder
 */
export function parseAbout(text: string, hash: string): DiskAbout | undefined {
  const about = parseJson(text);
  if (!isFields(about) || typeof about["object"] !== "string" || hashName(about["object"]) !== hash) {
    return undefined;
  }
  const versions: unknown = about["versions"];
  if (!Array.isArray(versions) || !versions.every((version) => typeof version === "string")) {
    return undefined;
  }
  return { object: about["object"], versions, record: recordOf(about["record"], about["object"]) };
}

function recordOf(fields: unknown, object: string): ObjectRecord | undefined {
  if (!isFields(fields)) {
    return undefined;
  }
  const { version, sizeBytes, mediaType, modifiedAtMs, etag, isDerivedTag, validatedAtMs, freshness } = fields;
  const isRecord =
    typeof version === "string" &&
    typeof sizeBytes === "number" &&
    typeof isDerivedTag === "boolean" &&
    typeof validatedAtMs === "number" &&
    isFields(freshness);
  // JSON leaves out what is undefined.
  return isRecord ? ({ ...fields, object, mediaType, modifiedAtMs, etag } as unknown as ObjectRecord) : undefined;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
