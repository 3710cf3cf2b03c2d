/** The fields of a file of comma-separated values (RFC 4180), row by row; empty rows included, as in some files they end a part. */
export function parseCsvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A quoted field, or a plain one, and what ends it. Quotation marks that do not fit together are signs like any other.
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\r|\n|$)/gy;
  const content = text.replace(/^\uFEFF/, "");
  while (field.lastIndex < content.length) {
    const match = field.exec(content);
    if (match === null) break;
    const [, quoted, plain = "", end] = match;
    row.push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end !== ",") {
      rows.push(row);
      row = [];
    }
  }
  if (row.length > 0) {
    rows.push(row);
  }
  return rows;
}
