import { createRandom } from "./noise.ts";

export const sampleRate = 48_000;

/** Two channels of samples from -1 to 1. */
export interface Stereo {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** One note: `midi` 60 is middle C, times in seconds, `gain` from 0 to 1, `pan` from -1 (left) to 1 (right). */
export interface Note {
  readonly midi: number;
  readonly start: number;
  readonly seconds: number;
  readonly gain: number;
  readonly pan: number;
}

export type Instrument = (into: Stereo, note: Note) => void;

export function createStereo(seconds: number): Stereo {
  const length = Math.round(seconds * sampleRate);
  return { left: new Float32Array(length), right: new Float32Array(length) };
}

function resolveFrequency(midi: number): number {
  return 440 * 2 ** ((midi - 69) / 12);
}

/** Adds `seconds` of what `voice` says at each time since the note's start. */
function addVoice(into: Stereo, note: Note, seconds: number, voice: (time: number, index: number) => number): void {
  const from = Math.round(note.start * sampleRate);
  const count = Math.min(Math.round(seconds * sampleRate), into.left.length - from);
  const angle = ((note.pan + 1) * Math.PI) / 4;
  const leftGain = Math.cos(angle) * note.gain;
  const rightGain = Math.sin(angle) * note.gain;
  for (let index = 0; index < count; index++) {
    const sample = voice(index / sampleRate, index);
    into.left[from + index] = (into.left[from + index] ?? 0) + sample * leftGain;
    into.right[from + index] = (into.right[from + index] ?? 0) + sample * rightGain;
  }
}

function swell(time: number, seconds: number, attack: number, release: number): number {
  if (time < attack) return 0.5 - 0.5 * Math.cos((Math.PI * time) / attack);
  if (time < seconds) return 1;
  return Math.max(0, 0.5 + 0.5 * Math.cos((Math.PI * (time - seconds)) / release));
}

/** A warm string-like bed: three slightly detuned voices of few partials that open and close slowly. */
export function playPad(into: Stereo, note: Note): void {
  const turn = 2 * Math.PI * resolveFrequency(note.midi);
  const spread = [-0.0016, 0.0002, 0.0019];
  spread.forEach((detune, voiceIndex) => {
    const pan = Math.max(-1, Math.min(1, note.pan + (voiceIndex - 1) * 0.55));
    addVoice(into, { ...note, pan, gain: note.gain * 0.3 }, note.seconds + 2.4, (time) => {
      const phase = turn * (1 + detune) * time + voiceIndex * 2.1;
      const bright = 0.34 + 0.16 * Math.sin(time * 0.9 + voiceIndex * 1.7 + note.midi);
      const tone =
        Math.sin(phase) +
        bright * Math.sin(2 * phase) +
        bright * bright * 0.8 * Math.sin(3 * phase) +
        bright ** 3 * Math.sin(4 * phase);
      return tone * swell(time, note.seconds, 1.3, 2.4);
    });
  });
}

/** An electric piano: one sine bends another, more at the start of the note than later. */
export function playKeys(into: Stereo, note: Note): void {
  const turn = 2 * Math.PI * resolveFrequency(note.midi);
  const decay = 1.1 + (note.midi - 48) * 0.03;
  addVoice(into, note, note.seconds + 1.6, (time) => {
    const bend =
      1.25 * Math.exp(-time * 3.4) * Math.sin(turn * time) + 0.22 * Math.exp(-time * 11) * Math.sin(turn * 7.01 * time);
    const body = Math.sin(turn * time + bend) + 0.18 * Math.sin(2 * turn * time);
    return body * Math.exp(-time * decay) * swell(time, note.seconds + 0.6, 0.006, 1) * 0.7;
  });
}

/** A plucked string (Karplus-Strong), with the pluck softened so that it sounds like nylon. */
export function playPluck(into: Stereo, note: Note): void {
  const period = sampleRate / resolveFrequency(note.midi);
  const length = Math.floor(period - 0.5);
  const blend = period - 0.5 - length;
  const random = createRandom(note.midi * 7919 + Math.round(note.start * 1000));
  const line = new Float32Array(length + 1);
  let soft = 0;
  for (let index = 0; index < line.length; index++) {
    soft += (random() * 2 - 1 - soft) * 0.32;
    line[index] = soft * 1.7;
  }
  // A string does not sound at 0 Hz: what the noise has of it would ring as an offset.
  const offset = line.reduce((sum, sample) => sum + sample, 0) / line.length;
  for (let index = 0; index < line.length; index++) line[index] = (line[index] ?? 0) - offset;
  const loss = 0.9965 - Math.max(0, note.midi - 60) * 0.00006;
  let at = 0;
  let previous = 0;
  addVoice(into, note, note.seconds + 1.4, (time) => {
    const next = at + 1 === line.length ? 0 : at + 1;
    const sample = (line[at] ?? 0) * blend + (line[next] ?? 0) * (1 - blend);
    line[at] = (sample * 0.5 + previous * 0.5) * loss;
    previous = sample;
    at = next;
    return sample * swell(time, note.seconds + 0.4, 0.002, 1);
  });
}

/** A small bell: partials that are not harmonic, the high ones gone first. */
export function playBell(into: Stereo, note: Note): void {
  const turn = 2 * Math.PI * resolveFrequency(note.midi);
  const partials = [
    [1, 1, 1.1],
    [2.005, 0.42, 1.9],
    [2.98, 0.2, 3.1],
    [4.17, 0.13, 5],
    [5.43, 0.07, 8],
  ] as const;
  addVoice(into, note, note.seconds + 3, (time) => {
    let sum = 0;
    for (const [ratio, amount, decay] of partials)
      sum += amount * Math.sin(turn * ratio * time) * Math.exp(-time * decay);
    return sum * swell(time, note.seconds + 1, 0.003, 2) * 0.5;
  });
}

/** A round bass: a sine with a little of its octave. */
export function playBass(into: Stereo, note: Note): void {
  const turn = 2 * Math.PI * resolveFrequency(note.midi);
  addVoice(into, note, note.seconds + 0.25, (time) => {
    const tone = Math.sin(turn * time) + 0.28 * Math.sin(2 * turn * time) * Math.exp(-time * 3);
    return tone * Math.exp(-time * 0.7) * swell(time, note.seconds, 0.02, 0.25);
  });
}

/** A brush on a drum: a short breath of noise; the note's pitch sets how dark it is. */
export function playBrush(into: Stereo, note: Note): void {
  const random = createRandom(Math.round(note.start * 48_000) + note.midi);
  const dark = Math.min(0.9, 0.08 + (note.midi - 40) * 0.012);
  let low = 0;
  let lower = 0;
  addVoice(into, note, note.seconds + 0.1, (time) => {
    low += (random() * 2 - 1 - low) * dark;
    lower += (low - lower) * 0.08;
    return (low - lower) * Math.exp(-time * 26) * swell(time, note.seconds, 0.004, 0.1);
  });
}
