/** What is said over "Aurora over the fjord": start and end in seconds, and the text. */
const auroraCues: readonly (readonly [startSeconds: number, endSeconds: number, text: string])[] = [
  [0.5, 4.5, "[Soft strings, a small bell]"],
  [5, 9, "The wind has gone to sleep\nand the water keeps still."],
  [9.5, 13.5, "Somebody draws a curtain of light\nacross the whole of the north."],
  [14, 18, "Green first, then violet,\nthen only the stars."],
  [18.5, 23, "[The strings fade]"],
];

function formatTime(seconds: number): string {
  return `00:00:${seconds.toFixed(3).padStart(6, "0")}`;
}

/** The captions as WebVTT. */
export function formatAuroraCaptions(): string {
  const cues = auroraCues.map(([start, end, text]) => `${formatTime(start)} --> ${formatTime(end)}\n${text}\n`);
  return `WEBVTT\n\n${cues.join("\n")}`;
}
