import { sampleRate, type Stereo } from "./synth.ts";

const combLengths = [1557, 1617, 1491, 1422, 1277, 1356, 1188, 1116];
const allpassLengths = [225, 556, 441, 341];

/** A room for one channel (Schroeder's and Moorer's: damped combs side by side, then all-pass filters in a row). */
function addRoom(dry: Float32Array, offset: number, decay: number): Float32Array {
  const wet = new Float32Array(dry.length);
  for (const combLength of combLengths) {
    const line = new Float32Array(Math.round((combLength + offset) * 1.35));
    let at = 0;
    let damped = 0;
    for (let index = 0; index < dry.length; index++) {
      const out = line[at] ?? 0;
      damped = out * 0.62 + damped * 0.38;
      line[at] = (dry[index] ?? 0) * 0.12 + damped * decay;
      wet[index] = (wet[index] ?? 0) + out;
      at = at + 1 === line.length ? 0 : at + 1;
    }
  }
  for (const allpassLength of allpassLengths) {
    const line = new Float32Array(allpassLength + offset);
    let at = 0;
    for (let index = 0; index < wet.length; index++) {
      const kept = line[at] ?? 0;
      const input = wet[index] ?? 0;
      line[at] = input + kept * 0.5;
      wet[index] = kept - input;
      at = at + 1 === line.length ? 0 : at + 1;
    }
  }
  return wet;
}

/**
 * Puts the dry mix in a room, fades its end and brings it to a common loudness, in place.
 * @param room how much of the room is heard, from 0 to 1
 */
export function masterMix(mix: Stereo, room: number, fadeSeconds: number): void {
  const wetLeft = addRoom(mix.left, 0, 0.86);
  const wetRight = addRoom(mix.right, 23, 0.86);
  const length = mix.left.length;
  let energy = 0;
  for (let index = 0; index < length; index++) {
    const remaining = (length - index) / sampleRate;
    const fade = remaining < fadeSeconds ? 0.5 - 0.5 * Math.cos((Math.PI * remaining) / fadeSeconds) : 1;
    const left = ((mix.left[index] ?? 0) + (wetLeft[index] ?? 0) * room) * fade;
    const right = ((mix.right[index] ?? 0) + (wetRight[index] ?? 0) * room) * fade;
    mix.left[index] = left;
    mix.right[index] = right;
    energy += left * left + right * right;
  }
  // About -19 dBFS on average leaves the peaks of plucked notes room; what is above is rounded, not clipped.
  const gain = 0.112 / Math.sqrt(energy / (2 * length));
  for (const channel of [mix.left, mix.right]) {
    for (let index = 0; index < length; index++) channel[index] = Math.tanh((channel[index] ?? 0) * gain * 1.05) * 0.92;
  }
}

/** The mix as interleaved 16-bit samples, the form ffmpeg calls s16le. */
export function formatPcm16(mix: Stereo): Buffer {
  const pcm = Buffer.allocUnsafe(mix.left.length * 4);
  for (let index = 0; index < mix.left.length; index++) {
    pcm.writeInt16LE(Math.round((mix.left[index] ?? 0) * 32_767), index * 4);
    pcm.writeInt16LE(Math.round((mix.right[index] ?? 0) * 32_767), index * 4 + 2);
  }
  return pcm;
}
