import { formatPcm16, masterMix } from "./mastering.ts";
import { createStereo, playBass, playBrush, playPad, type Instrument, type Stereo } from "./synth.ts";

/** A chord as MIDI notes, the bass first. */
type Chord = readonly [bass: number, ...notes: number[]];

interface Arpeggio {
  readonly instrument: Instrument;
  /** Which note of the chord (0 the bass) at each step; -1 rests; numbers past the chord go on an octave higher. */
  readonly pattern: readonly number[];
  readonly stepBeats: number;
  readonly gain: number;
  readonly octave?: number;
}

interface Melody {
  readonly instrument: Instrument;
  /** Notes as [beat, MIDI, beats]; the phrase repeats every `everyBeats`. */
  readonly notes: readonly (readonly [beat: number, midi: number, beats: number])[];
  readonly everyBeats: number;
  readonly gain: number;
}

export interface Composition {
  readonly seconds: number;
  readonly beatsPerMinute: number;
  readonly beatsPerChord: number;
  readonly chords: readonly Chord[];
  readonly room: number;
  readonly pad: number;
  readonly bass: number;
  readonly arpeggios: readonly Arpeggio[];
  readonly melody?: Melody;
  readonly train?: number;
}

/** The composition as interleaved 16-bit stereo samples at 48 kHz. */
export function renderComposition(piece: Composition): Buffer {
  const mix = createStereo(piece.seconds);
  const beatSeconds = 60 / piece.beatsPerMinute;
  const chordSeconds = piece.beatsPerChord * beatSeconds;
  for (let index = 0; index * chordSeconds < piece.seconds; index++) {
    const chord = piece.chords[index % piece.chords.length];
    if (chord !== undefined) playChord(mix, piece, chord, index * chordSeconds, beatSeconds);
  }
  if (piece.melody !== undefined) playMelody(mix, piece.melody, piece.seconds, beatSeconds);
  masterMix(mix, piece.room, 3.5);
  return formatPcm16(mix);
}

function playChord(mix: Stereo, piece: Composition, chord: Chord, start: number, beatSeconds: number): void {
  const seconds = piece.beatsPerChord * beatSeconds;
  const [bass, ...notes] = chord;
  notes.forEach((midi, index) => {
    playPad(mix, {
      midi,
      start,
      seconds: seconds - 0.6,
      gain: piece.pad,
      pan: (index / (notes.length - 1) - 0.5) * 0.8,
    });
  });
  playBass(mix, { midi: bass, start, seconds: seconds * 0.95, gain: piece.bass, pan: 0 });
  for (const { instrument, pattern, stepBeats, gain, octave = 0 } of piece.arpeggios) {
    for (let step = 0; step * stepBeats < piece.beatsPerChord; step++) {
      const wanted = pattern[step % pattern.length] ?? -1;
      if (wanted < 0) continue;
      const turn = wanted >= chord.length ? 1 : 0;
      const note = chord[turn === 1 ? wanted - chord.length + 1 : wanted] ?? bass;
      // Off-beats are softer, and nobody plays exactly on the grid.
      const human = ((step * 37 + note * 11) % 9) / 1000;
      const accent = step % 2 === 0 ? 1 : 0.78;
      const pan = Math.sin(step * 2.4 + note) * 0.5;
      instrument(mix, {
        midi: note + 12 * (turn + octave),
        start: start + step * stepBeats * beatSeconds + human,
        seconds: stepBeats * beatSeconds * 1.6,
        gain: gain * accent,
        pan,
      });
    }
  }
  if (piece.train !== undefined) playTrain(mix, piece.train, start, seconds, beatSeconds);
}

/** Wheels over rail joints: two knocks, a breath, two knocks. */
function playTrain(mix: Stereo, gain: number, start: number, seconds: number, beatSeconds: number): void {
  const knocks = [
    [0, 44, 1],
    [0.25, 44, 0.7],
    [0.5, 66, 0.35],
    [0.75, 66, 0.3],
  ] as const;
  for (let beat = 0; beat * beatSeconds < seconds - 0.01; beat++) {
    for (const [at, midi, share] of knocks) {
      playBrush(mix, {
        midi,
        start: start + (beat + at) * beatSeconds,
        seconds: 0.16,
        gain: gain * share * 2.4,
        pan: share > 0.5 ? -0.15 : 0.25,
      });
    }
  }
}

function playMelody(mix: Stereo, melody: Melody, pieceSeconds: number, beatSeconds: number): void {
  for (let from = 0; from * beatSeconds < pieceSeconds; from += melody.everyBeats) {
    for (const [beat, midi, beats] of melody.notes) {
      const start = (from + beat) * beatSeconds;
      if (start < pieceSeconds)
        melody.instrument(mix, { midi, start, seconds: beats * beatSeconds, gain: melody.gain, pan: 0.12 });
    }
  }
}
