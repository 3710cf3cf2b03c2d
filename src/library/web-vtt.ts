import type { SidecarFormat } from "./sidecar.ts";

/** Captions as WebVTT, the one format browsers show. */
export type WebVtt = { readonly text: string } | { readonly problem: string };

/** A line of text and when it shows. */
interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly text: string;
}

const maxCues = 50_000;
const maxLinesPerCue = 16;
/** A line of a song stays until the next, but not through a long solo. */
const longestLyricSeconds = 10;

/** Turns captions or timed lyrics of any format we know into WebVTT. */
export function toWebVtt(text: string, format: SidecarFormat): WebVtt {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replaceAll("\0", "\uFFFD")
    .split(/\r\n|\r|\n/);
  switch (format) {
    case "vtt":
      return /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? "") ? { text: `${lines.join("\n").trimEnd()}\n` } : noVtt;
    case "srt":
      return formatCues(parseSrt(lines));
    case "lrc":
      return formatCues(parseLrc(lines));
  }
}

const noVtt: WebVtt = { problem: "It does not begin with WEBVTT" };

function formatCues(cues: readonly Cue[]): WebVtt {
  if (cues.length === 0) {
    return { problem: "It holds no line with a time" };
  }
  const blocks = cues
    .slice(0, maxCues)
    .map((cue) => `${formatTime(cue.startSeconds)} --> ${formatTime(cue.endSeconds)}\n${cue.text}\n`);
  return { text: `WEBVTT\n\n${blocks.join("\n")}` };
}

function formatTime(seconds: number): string {
  const milliseconds = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, length: number): string => String(Math.floor(value)).padStart(length, "0");
  const clock = [milliseconds / 3_600_000, (milliseconds / 60_000) % 60, (milliseconds / 1000) % 60];
  return `${clock.map((part) => pad(part, 2)).join(":")}.${pad(milliseconds % 1000, 3)}`;
}

const srtTime = /^\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})/;

function parseSrt(lines: readonly string[]): Cue[] {
  const cues: Cue[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const times = srtTime.exec(lines[index] ?? "")?.slice(1);
    if (times === undefined) {
      continue;
    }
    const words: string[] = [];
    for (index += 1; index < lines.length && (lines[index] ?? "").trim() !== ""; index += 1) {
      // Some writers leave out the empty line between two captions.
      if (srtTime.test(lines[index] ?? "")) {
        if (/^\d+$/.test(words.at(-1) ?? "")) words.pop();
        index -= 1;
        break;
      }
      if (words.length < maxLinesPerCue) {
        words.push((lines[index] ?? "").trim());
      }
    }
    const [startSeconds, endSeconds] = [srtSeconds(times.slice(0, 4)), srtSeconds(times.slice(4))];
    if (words.length > 0 && endSeconds > startSeconds) {
      cues.push({ startSeconds, endSeconds, text: words.map(formatCaption).join("\n") });
    }
  }
  return cues;
}

function srtSeconds([hours = "", minutes = "", seconds = "", fraction = ""]: readonly string[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
}

/** Italic, bold and underlined mean the same in both formats; all other markup is dropped, all else is text. */
function formatCaption(line: string): string {
  return line
    .replaceAll(/\{\\[^{}]*\}/g, "")
    .split(/(<\/?[a-z][^<>]*>)/i)
    .map((part, index) => (index % 2 === 0 ? escapeText(part) : (/^<\/?[biu]>$/i.exec(part)?.[0].toLowerCase() ?? "")))
    .join("");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** `[mm:ss.xx] words`; a line may have several times, and words their own, which WebVTT has no use for here. */
function parseLrc(lines: readonly string[]): Cue[] {
  const sung: { startSeconds: number; text: string }[] = [];
  let offsetSeconds = 0;
  for (const line of lines.slice(0, maxCues)) {
    const milliseconds = /^\[offset:\s*([+-]?\d{1,7})\]/i.exec(line)?.[1];
    if (milliseconds !== undefined) {
      offsetSeconds = Number(milliseconds) / 1000;
    }
    const stamps = /^(?:\s*\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\])+/.exec(line)?.[0] ?? "";
    const text = escapeText(
      line
        .slice(stamps.length)
        .replaceAll(/<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>/g, "")
        .trim(),
    );
    for (const [, minutes, seconds, fraction] of stamps.matchAll(/\[(\d+):(\d+)(?:[.:](\d+))?\]/g)) {
      const startSeconds = Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction ?? "0"}`);
      // A positive offset shows the words earlier.
      sung.push({ startSeconds: Math.max(0, startSeconds - offsetSeconds), text });
    }
  }
  sung.sort((a, b) => a.startSeconds - b.startSeconds);
  return sung.flatMap((line, index) => {
    const nextSeconds = sung[index + 1]?.startSeconds ?? Number.POSITIVE_INFINITY;
    const endSeconds = Math.min(nextSeconds, line.startSeconds + longestLyricSeconds);
    return line.text === "" || endSeconds <= line.startSeconds ? [] : [{ ...line, endSeconds }];
  });
}
