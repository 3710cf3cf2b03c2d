/** A line of a song, and when it is sung. */
export interface LyricLine {
  readonly startSeconds: number;
  readonly text: string;
}

/** Reads lyrics from WebVTT: when each cue begins, and its words. What is no cue is passed over. */
export function parseLyrics(webvtt: string): readonly LyricLine[] {
  const blocks = webvtt.replaceAll("\r\n", "\n").split(/\n{2,}/);
  return blocks.flatMap((block) => {
    const lines = block.split("\n");
    const index = lines.findIndex((line) => line.includes("-->"));
    const startSeconds = parseTime(lines[index]?.split("-->")[0]?.trim() ?? "");
    const text = lines
      .slice(index + 1)
      .join(" ")
      .replaceAll(/<[^>]*>/g, "")
      .trim();
    return index === -1 || startSeconds === undefined || text === ""
      ? []
      : [{ startSeconds, text: decodeEntities(text) }];
  });
}

/** The line that is sung at a time, or -1 before the first. */
export function lineAt(lines: readonly LyricLine[], seconds: number): number {
  return lines.findLastIndex(({ startSeconds }) => startSeconds <= seconds + 0.15);
}

/** `01:02.345`, `1:01:02.345`. */
function parseTime(text: string): number | undefined {
  const parts = text.split(":").map(Number);
  return text === "" || parts.length < 2 || parts.some(Number.isNaN)
    ? undefined
    : parts.reduce((sum, part) => sum * 60 + part, 0);
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": "\u00A0",
  "&lrm;": "",
  "&rlm;": "",
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => entities[entity] ?? entity);
}
