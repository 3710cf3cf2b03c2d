import type { OpenOptions } from "../source/index.ts";

/** The grid decides what is fetched, never a client: whole slices, whatever he asked. */
export function alignedIntent(intent: OpenOptions["intent"], sliceBytes: number): OpenOptions["intent"] {
  if (intent === "metadata" || intent === undefined) {
    return intent;
  }
  const down = (position: number): number => Math.floor(position / sliceBytes) * sliceBytes;
  const up = (position: number): number => Math.ceil(position / sliceBytes) * sliceBytes;
  switch (intent.kind) {
    case "bounded":
      return { kind: "bounded", start: down(intent.start), end: Math.min(up(intent.end), Number.MAX_SAFE_INTEGER) };
    case "open-ended":
      return { kind: "open-ended", start: down(intent.start) };
    case "suffix":
      return { kind: "suffix", length: up(intent.length) };
  }
}
