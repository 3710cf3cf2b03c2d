/**
 * Reads tables of an SQLite file, as other players put one into their exports (https://sqlite.org/fileformat.html): whole tables, one row
 * after the other. No index, no query, nothing is written. What a write-ahead log holds is not seen: exports have none.
 */
export interface SqliteTables {
  /** The rows of a table by the names of its columns; none where there is no such table. @throws where the file is damaged */
  readTable(name: string): readonly Readonly<Record<string, SqliteValue>>[];
}

/** What a field holds. */
export type SqliteValue = string | number | null | Uint8Array;

const magic = "SQLite format 3\0";
const tableLeaf = 13;
const tableInterior = 5;
/** Deeper than a tree of any table: pages that refer to each other in a ring would else be read for ever. */
const maxDepth = 24;

/** Opens the file. @returns `undefined` where it is none of SQLite's */
export function openSqliteTables(file: ArrayBuffer): SqliteTables | undefined {
  const bytes = new Uint8Array(file);
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 16)) !== magic) {
    return undefined;
  }
  const view = new DataView(file);
  const pages = new Pages(view);
  const schema = pages.rowsOf(1, 0).map(({ values: [type, , table, root, sql] }) => ({ type, table, root, sql }));
  return {
    readTable(name) {
      const entry = schema.find(({ type, table }) => type === "table" && table === name);
      if (entry === undefined || typeof entry.root !== "number" || typeof entry.sql !== "string") {
        return [];
      }
      const columns = columnsOf(entry.sql);
      return pages.rowsOf(entry.root, 0).map(({ id, values }) =>
        // The key of a table is not stored a second time among its fields.
        Object.fromEntries(
          columns.map(({ name: column, isKey }, index) => [column, isKey ? id : (values[index] ?? null)]),
        ),
      );
    },
  };
}

interface Row {
  readonly id: number;
  readonly values: readonly SqliteValue[];
}

class Pages {
  readonly #view: DataView;
  readonly #pageBytes: number;
  readonly #usableBytes: number;
  readonly #decoder: TextDecoder;

  constructor(view: DataView) {
    this.#view = view;
    const size = view.getUint16(16);
    this.#pageBytes = size === 1 ? 65_536 : size;
    this.#usableBytes = this.#pageBytes - view.getUint8(20);
    this.#decoder = new TextDecoder({ 2: "utf-16le", 3: "utf-16be" }[view.getUint32(56)] ?? "utf-8");
  }

  /** All rows of the tree below a page. */
  rowsOf(page: number, depth: number): Row[] {
    const start = (page - 1) * this.#pageBytes;
    const head = page === 1 ? start + 100 : start;
    const kind = this.#view.getUint8(head);
    if (depth > maxDepth || (kind !== tableLeaf && kind !== tableInterior)) {
      throw new Error("The database in it is damaged.");
    }
    const count = this.#view.getUint16(head + 3);
    const cells = head + (kind === tableLeaf ? 8 : 12);
    const offsets = Array.from({ length: count }, (_, index) => start + this.#view.getUint16(cells + index * 2));
    return kind === tableLeaf
      ? offsets.map((at) => this.#row(at))
      : [...offsets.map((at) => this.#view.getUint32(at)), this.#view.getUint32(head + 8)].flatMap((child) =>
          this.rowsOf(child, depth + 1),
        );
  }

  #row(at: number): Row {
    const [payloadBytes, afterLength] = readVarint(this.#view, at);
    const [id, payloadStart] = readVarint(this.#view, afterLength);
    return { id, values: this.#record(this.#payload(payloadStart, payloadBytes)) };
  }

  /** Long rows go on in pages of their own, chained to each other. */
  #payload(start: number, sizeBytes: number): DataView {
    const most = this.#usableBytes - 35;
    if (sizeBytes <= most) {
      return new DataView(this.#view.buffer, start, sizeBytes);
    }
    const least = Math.floor(((this.#usableBytes - 12) * 32) / 255) - 23;
    const fitting = least + ((sizeBytes - least) % (this.#usableBytes - 4));
    let taken = fitting <= most ? fitting : least;
    const whole = new Uint8Array(sizeBytes);
    whole.set(new Uint8Array(this.#view.buffer, start, taken));
    let next = this.#view.getUint32(start + taken);
    while (taken < sizeBytes && next !== 0) {
      const page = (next - 1) * this.#pageBytes;
      const part = new Uint8Array(this.#view.buffer, page + 4, Math.min(this.#usableBytes - 4, sizeBytes - taken));
      whole.set(part, taken);
      taken += part.length;
      next = this.#view.getUint32(page);
    }
    return new DataView(whole.buffer);
  }

  #record(payload: DataView): readonly SqliteValue[] {
    const [headBytes, first] = readVarint(payload, 0);
    const values: SqliteValue[] = [];
    let at = first;
    let body = headBytes;
    while (at < headBytes) {
      const [type, next] = readVarint(payload, at);
      const bytes = sizeOf(type);
      values.push(this.#value(payload, type, body, bytes));
      at = next;
      body += bytes;
    }
    return values;
  }

  #value(payload: DataView, type: number, at: number, bytes: number): SqliteValue {
    if (type === 0) return null;
    if (type === 7) return payload.getFloat64(at);
    if (type === 8 || type === 9) return type - 8;
    if (type < 7) return readInteger(payload, at, bytes);
    const field = new Uint8Array(payload.buffer, payload.byteOffset + at, bytes);
    return type % 2 === 1 ? this.#decoder.decode(field) : field;
  }
}

function sizeOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0);
}

/** Signed, most significant byte first. Times in milliseconds need more than 32 bits, and nothing here more than 53. */
function readInteger(view: DataView, at: number, bytes: number): number {
  let value = view.getInt8(at);
  for (let index = 1; index < bytes; index += 1) {
    value = value * 256 + view.getUint8(at + index);
  }
  return value;
}

/** @returns the value, and where it ends */
function readVarint(view: DataView, start: number): readonly [number, number] {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = view.getUint8(start + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, start + index + 1];
  }
  return [value * 256 + view.getUint8(start + 8), start + 9];
}

/** The columns that a `CREATE TABLE` names, in their order. */
function columnsOf(sql: string): readonly { readonly name: string; readonly isKey: boolean }[] {
  const body = sql.slice(sql.indexOf("(") + 1, sql.lastIndexOf(")"));
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const character of body) {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  return [...parts, part]
    .map((text) => text.trim())
    .filter((text) => !/^(?:PRIMARY|FOREIGN|UNIQUE|CHECK|CONSTRAINT)\b/i.test(text))
    .map((text) => ({
      name: /^[`"[]?([^`"\]\s]+)/.exec(text)?.[1] ?? "",
      isKey: /\bINTEGER\b.*\bPRIMARY\s+KEY\b/i.test(text),
    }));
}
