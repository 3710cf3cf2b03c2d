import { cleanText } from "./clean-text.ts";
import { linesOf, type NoPlaylist, parseSeconds, type Playlist, playlistOf } from "./playlist.ts";

interface PlsFields {
  file?: string;
  title?: string;
  length?: string;
}

/** Reads `.pls`: `File1=…`, `Title1=…`, `Length1=…`. The numbers give the order, whatever the lines' own is. */
export function parsePls(text: string): Playlist | NoPlaylist {
  const lines = linesOf(text);
  if (lines[0]?.toLowerCase() !== "[playlist]") {
    return { problem: "It does not begin with [playlist]" };
  }
  const entries = new Map<number, PlsFields>();
  for (const line of lines) {
    const [, name = "", digits = "", value = ""] = /^(file|title|length)(\d{1,6})\s*=\s*(.*)$/i.exec(line) ?? [];
    if (name !== "") {
      const fields = entries.get(Number(digits)) ?? {};
      fields[name.toLowerCase() as keyof PlsFields] = value;
      entries.set(Number(digits), fields);
    }
  }
  const ordered = [...entries].sort(([a], [b]) => a - b);
  return playlistOf(
    undefined,
    ordered.flatMap(([, { file, title, length }]) => {
      const about = { title: cleanText(title), durationSeconds: parseSeconds(length) };
      return file === undefined || file === "" ? [] : [{ location: file, ...about }];
    }),
  );
}
