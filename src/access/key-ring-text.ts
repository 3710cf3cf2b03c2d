import type { SigningKey } from "./signing-key.ts";

/** What a text of keys turned out to be. */
export type ParsedKeyRing =
  | { readonly kind: "keys"; readonly keys: readonly SigningKey[] }
  | { readonly kind: "refused"; readonly detail: string };

/** The keys as text, to be kept in a file: JSON, secrets in base64url, times as dates that people can read. */
export function formatKeyRing(keys: readonly SigningKey[]): string {
  const entries = keys.map(({ id, secret, signsFromSeconds, acceptedUntilSeconds }) => ({
    id,
    secret: Buffer.from(secret).toString("base64url"),
    signsFrom: formatTime(signsFromSeconds),
    ...(acceptedUntilSeconds === undefined ? {} : { acceptedUntil: formatTime(acceptedUntilSeconds) }),
  }));
  return `${JSON.stringify({ keys: entries }, undefined, 2)}\n`;
}

/** Reads what {@link formatKeyRing} wrote. No secret ever shows in `detail`. */
export function parseKeyRing(text: string): ParsedKeyRing {
  const entries = entriesOf(text);
  if (entries === undefined || entries.length === 0) {
    return { kind: "refused", detail: 'it is not JSON of the form {"keys": [...]} with at least one key' };
  }
  const keys: SigningKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (key === undefined || keys.some(({ id }) => id === key.id)) {
      return { kind: "refused", detail: `its key ${index + 1} is damaged or named like another` };
    }
    keys.push(key);
  }
  return { kind: "keys", keys };
}

function entriesOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && Array.isArray(value["keys"]) ? value["keys"] : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(entry: unknown): SigningKey | undefined {
  if (!isRecord(entry) || typeof entry["id"] !== "string" || typeof entry["secret"] !== "string") {
    return undefined;
  }
  const secret = new Uint8Array(Buffer.from(entry["secret"], "base64url"));
  const signsFromSeconds = parseTime(entry["signsFrom"]);
  const acceptedUntilSeconds = entry["acceptedUntil"] === undefined ? undefined : parseTime(entry["acceptedUntil"]);
  const isTimed =
    signsFromSeconds !== undefined && Object.hasOwn(entry, "acceptedUntil") === (acceptedUntilSeconds !== undefined);
  if (!/^[\w-]{8}$/.test(entry["id"]) || secret.length !== 32 || !isTimed) {
    return undefined;
  }
  return {
    id: entry["id"],
    secret,
    signsFromSeconds,
    ...(acceptedUntilSeconds === undefined ? {} : { acceptedUntilSeconds }),
  };
}

function formatTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function parseTime(value: unknown): number | undefined {
  const milliseconds = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
