/** A row of ARCHITECTURE.md's "Where is X?" table. */
export interface CodemapRow {
  readonly question: string;
  readonly path: string;
  /** Absent where the row names a folder or a page. */
  readonly symbol: string | undefined;
}

/** The rows of the table below the heading "Where is X?": question, file, symbol; the last two in backticks. */
export function parseCodemap(markdown: string): CodemapRow[] {
  const section = markdown.split(/^#+ +Where is X\?.*$/im)[1]?.split(/^#+ /m)[0] ?? "";
  const tableLines = section.split("\n").filter((line) => line.trimStart().startsWith("|"));
  // The first two lines are the column titles and the rule below them.
  return tableLines.slice(2).map(parseRow);
}

function parseRow(line: string): CodemapRow {
  const [question, file, symbol] = line
    .trim()
    .replaceAll(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
  return { question: question ?? "", path: inBackticks(file) ?? "", symbol: inBackticks(symbol) };
}

function inBackticks(cell: string | undefined): string | undefined {
  return cell?.match(/`([^`]+)`/)?.[1];
}
