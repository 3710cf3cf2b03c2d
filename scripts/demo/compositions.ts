import { formatPcm16, masterMix } from "./mastering.ts";
import {
  createStereo, playBass, playBell, playBrush, playKeys, playPad, playPluck,
  type Instrument, type Stereo,
} from "./synth.ts";

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

export const compositions = {
  lowWater: {
    seconds: 44, beatsPerMinute: 66, beatsPerChord: 4, room: 0.5, pad: 0.1, bass: 0.16,
    chords: [[38, 57, 62, 64, 66, 69], [35, 54, 57, 62, 66, 69], [43, 55, 59, 62, 66, 69], [45, 57, 62, 64, 67, 69]],
    arpeggios: [{ instrument: playPluck, pattern: [1, 3, 2, 4, 3, 5, 2, 4], stepBeats: 0.5, gain: 0.3 }],
    melody: {
      instrument: playBell, everyBeats: 32, gain: 0.09,
      notes: [[16, 78, 2], [18, 76, 1], [19, 74, 1], [20, 73, 3], [24, 74, 2], [26, 71, 1], [27, 69, 1], [28, 76, 3]],
    },
  },
  harbourLights: {
    seconds: 42, beatsPerMinute: 80, beatsPerChord: 4, room: 0.42, pad: 0.055, bass: 0.2,
    chords: [[41, 57, 60, 64, 67], [40, 55, 60, 62, 67], [38, 57, 60, 65, 69], [46, 58, 62, 65, 69]],
    arpeggios: [
      { instrument: playKeys, pattern: [1, 2, 3, 4, 3, 2, 4, 3], stepBeats: 0.5, gain: 0.2 },
      { instrument: playKeys, pattern: [0, -1, -1, 0, -1, 0, -1, -1], stepBeats: 0.5, gain: 0.13, octave: 1 },
    ],
    melody: {
      instrument: playKeys, everyBeats: 32, gain: 0.17,
      notes: [
        [8, 77, 1.5], [9.5, 76, 0.5], [10, 72, 2], [12, 74, 3], [16, 79, 1.5], [17.5, 77, 0.5], [18, 76, 2],
        [20, 72, 1], [21, 74, 2.5], [24, 69, 1], [25, 72, 1], [26, 77, 2], [28, 74, 1.5], [29.5, 72, 2],
      ],
    },
  },
  nightTrain: {
    seconds: 18, beatsPerMinute: 112, beatsPerChord: 4, room: 0.3, pad: 0.07, bass: 0.17, train: 0.13,
    chords: [[45, 57, 60, 64, 69], [41, 57, 60, 65, 69], [36, 55, 60, 64, 67], [43, 55, 59, 62, 67]],
    arpeggios: [{ instrument: playPluck, pattern: [1, 3, 2, 4, 5, 3, 4, 2], stepBeats: 0.5, gain: 0.24 }],
    melody: { instrument: playKeys, everyBeats: 32, gain: 0.14, notes: [[16, 76, 3], [19, 74, 1], [20, 72, 3], [23, 69, 1], [24, 67, 3], [27, 72, 1], [28, 71, 3]] },
  },
  starlight: {
    seconds: 44, beatsPerMinute: 58, beatsPerChord: 4, room: 0.62, pad: 0.12, bass: 0.12,
    chords: [[40, 55, 59, 62, 66], [36, 55, 59, 64, 67], [43, 55, 59, 62, 69], [38, 54, 57, 62, 66]],
    arpeggios: [{ instrument: playBell, pattern: [5, 7, 6, -1, 8, 6, 7, -1], stepBeats: 0.5, gain: 0.085 }],
    melody: { instrument: playPluck, everyBeats: 32, gain: 0.3, notes: [[0, 71, 3], [3, 69, 1], [4, 67, 4], [8, 66, 2], [10, 69, 2], [12, 62, 3], [16, 67, 2], [18, 71, 2], [20, 74, 4], [24, 69, 3], [27, 67, 1], [28, 66, 4]] },
  },
  morning: {
    seconds: 38, beatsPerMinute: 96, beatsPerChord: 3, room: 0.38, pad: 0.05, bass: 0.18,
    chords: [[36, 55, 60, 64, 67], [35, 55, 59, 62, 67], [45, 57, 60, 64, 67], [41, 57, 60, 64, 67], [38, 57, 60, 65, 69], [43, 55, 60, 62, 67], [40, 55, 59, 64, 67], [43, 55, 59, 62, 65]],
    arpeggios: [{ instrument: playPluck, pattern: [1, 2, 3, 4, 3, 2], stepBeats: 0.5, gain: 0.24 }],
    melody: { instrument: playKeys, everyBeats: 24, gain: 0.16, notes: [[0, 79, 2], [2, 76, 1], [3, 74, 3], [6, 72, 2], [8, 76, 1], [9, 72, 3], [12, 74, 2], [14, 77, 1], [15, 74, 3], [18, 71, 1], [19, 72, 1], [20, 74, 1], [21, 71, 3]] },
  },
  aurora: {
    seconds: 24, beatsPerMinute: 60, beatsPerChord: 4, room: 0.7, pad: 0.13, bass: 0.12,
    chords: [[35, 54, 59, 62, 66], [43, 55, 59, 62, 66], [38, 57, 62, 66, 69], [45, 57, 61, 64, 69]],
    arpeggios: [{ instrument: playBell, pattern: [5, -1, 7, 6, -1, 8, -1, 6], stepBeats: 0.5, gain: 0.08 }],
  },
  tide: {
    seconds: 24, beatsPerMinute: 72, beatsPerChord: 4, room: 0.5, pad: 0.1, bass: 0.15,
    chords: [[37, 56, 60, 63, 68], [34, 56, 61, 65, 68], [42, 54, 58, 61, 65], [44, 56, 60, 63, 66]],
    arpeggios: [{ instrument: playKeys, pattern: [1, 2, 4, 3, 5, 3, 4, 2], stepBeats: 0.5, gain: 0.15 }],
  },
  starlings: {
    seconds: 20, beatsPerMinute: 76, beatsPerChord: 4, room: 0.46, pad: 0.09, bass: 0.15,
    chords: [[42, 57, 61, 64, 68], [38, 57, 61, 66, 69], [45, 57, 61, 64, 69], [40, 56, 59, 64, 68]],
    arpeggios: [{ instrument: playPluck, pattern: [1, 2, 3, 5, 4, 3, 2, 4], stepBeats: 0.5, gain: 0.28 }],
  },
} as const satisfies Record<string, Composition>;

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
    playPad(mix, { midi, start, seconds: seconds - 0.6, gain: piece.pad, pan: (index / (notes.length - 1) - 0.5) * 0.8 });
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
      instrument(mix, { midi: note + 12 * (turn + octave), start: start + step * stepBeats * beatSeconds + human, seconds: stepBeats * beatSeconds * 1.6, gain: gain * accent, pan });
    }
  }
  if (piece.train !== undefined) playTrain(mix, piece.train, start, seconds, beatSeconds);
}

/** Wheels over rail joints: two knocks, a breath, two knocks. */
function playTrain(mix: Stereo, gain: number, start: number, seconds: number, beatSeconds: number): void {
  const knocks = [[0, 44, 1], [0.25, 44, 0.7], [0.5, 66, 0.35], [0.75, 66, 0.3]] as const;
  for (let beat = 0; beat * beatSeconds < seconds - 0.01; beat++) {
    for (const [at, midi, share] of knocks) {
      playBrush(mix, { midi, start: start + (beat + at) * beatSeconds, seconds: 0.16, gain: gain * share * 2.4, pan: share > 0.5 ? -0.15 : 0.25 });
    }
  }
}

function playMelody(mix: Stereo, melody: Melody, pieceSeconds: number, beatSeconds: number): void {
  for (let from = 0; from * beatSeconds < pieceSeconds; from += melody.everyBeats) {
    for (const [beat, midi, beats] of melody.notes) {
      const start = (from + beat) * beatSeconds;
      if (start < pieceSeconds) melody.instrument(mix, { midi, start, seconds: beats * beatSeconds, gain: melody.gain, pan: 0.12 });
    }
  }
}
