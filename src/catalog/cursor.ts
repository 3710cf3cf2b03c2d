import { createHash } from "node:crypto";
import { CatalogError } from "./catalog-error.ts";

/** A place in a sorted list: the values of its key there. */
export type CursorPosition = readonly (string | number)[];

const maxCursorLength = 8000;

/**
 * The cursor of a place in a list: opaque, and bound to the question, so that one from elsewhere is refused instead of skipping
 * what nobody has seen.
 *
 * @param question all that decides which entries there are, and in which order
 */
export function formatCursor(question: unknown, position: CursorPosition): string {
  return Buffer.from(JSON.stringify([markOf(question, position), ...position])).toString("base64url");
}

/** @param shape a position of the right kinds, to compare with. @throws {CatalogError} `bad-cursor` */
export function parseCursor(question: unknown, cursor: string, shape: CursorPosition): CursorPosition {
  const [mark, ...values] = decode(cursor);
  const position = values as CursorPosition;
  const fits =
    position.length === shape.length && position.every((value, index) => typeof value === typeof shape[index]);
  if (!fits || mark !== markOf(question, position)) {
    throw new CatalogError(
      "bad-cursor",
      "This cursor does not belong to this list. Ask for its first page, without a cursor.",
    );
  }
  return position;
}

function decode(cursor: string): unknown[] {
  try {
    const bytes = Buffer.from(cursor.slice(0, maxCursorLength), "base64url");
    // Decoding is lenient: what does not come out as it went in was tampered with.
    const value: unknown = bytes.toString("base64url") === cursor ? JSON.parse(bytes.toString()) : [];
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Not secret: it tells lists apart, and cursors from noise. */
function markOf(question: unknown, position: CursorPosition): string {
  return createHash("sha256")
    .update(JSON.stringify([question, position]))
    .digest("base64url")
    .slice(0, 8);
}
