/** A number from 0 (included) to 1 (excluded) on every call; the same seed gives the same series on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return function nextRandom(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function latticeValue(x: number, y: number, z: number): number {
  let hash = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263) + Math.imul(z, 1_274_126_177);
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** Smooth value noise from 0 to 1 in three dimensions; the third is usually time or a layer number. */
export function noise(x: number, y: number, z = 0): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const near = Math.floor(z);
  const u = fade(x - left);
  const v = fade(y - top);
  const w = fade(z - near);
  const plane = (depth: number): number => {
    const upper = latticeValue(left, top, depth) * (1 - u) + latticeValue(left + 1, top, depth) * u;
    const lower = latticeValue(left, top + 1, depth) * (1 - u) + latticeValue(left + 1, top + 1, depth) * u;
    return upper * (1 - v) + lower * v;
  };
  return w === 0 ? plane(near) : plane(near) * (1 - w) + plane(near + 1) * w;
}

/** Fractal noise from 0 to 1: octaves of `noise`, each twice as fine and half as strong. */
export function fractalNoise(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  let total = 0;
  let strength = 1;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave++) {
    sum += strength * noise(x * scale + octave * 17.3, y * scale - octave * 9.1, z + octave * 5);
    total += strength;
    strength *= 0.5;
    scale *= 2.03;
  }
  return sum / total;
}
