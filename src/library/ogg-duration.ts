import type { InputAudioTrack } from "mediabunny";
import type { RandomBytes } from "./object-window.ts";

/** A page of Ogg is at most this long, so the last one lies wholly in as much of the end (RFC 3533 section 6). */
const largestPageBytes = 65_307;

/** How long an Ogg file is: nothing at its beginning tells, but its last page says how many samples there were. */
export async function readOggSeconds(
  file: RandomBytes,
  sound: InputAudioTrack | undefined,
): Promise<number | undefined> {
  const signature = await file.bytes(0, 4);
  if (sound === undefined || String.fromCharCode(...signature) !== "OggS") {
    return undefined;
  }
  const tail = await file.bytes(Math.max(0, file.sizeBytes - largestPageBytes), file.sizeBytes);
  const samples = lastGranule(tail);
  // Opus counts 48,000 a second whatever it was made of (RFC 7845 section 4).
  const rate = (await sound.getCodec()) === "opus" ? 48_000 : await sound.getSampleRate();
  return samples === undefined ? undefined : samples / rate;
}

function lastGranule(tail: Uint8Array): number | undefined {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = bytes.lastIndexOf("OggS"); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf("OggS", at - 1)) {
    const granule = at + 14 <= bytes.length && bytes[at + 4] === 0 ? bytes.readBigInt64LE(at + 6) : -1n;
    // -1: no packet ends on that page.
    if (granule > 0n && granule <= BigInt(Number.MAX_SAFE_INTEGER)) {
      return Number(granule);
    }
  }
  return undefined;
}
