import { blendPixel, clamp, parseColour, sampleGradient, type Canvas, type Colour } from "./canvas.ts";
import { createRandom, fractalNoise, noise } from "./noise.ts";

const sky = ["#39507c", "#7d86ad", "#d9a9a4", "#f7c99b", "#ffe1a8"].map(parseColour);
const birdColour = parseColour("#1d2136");
const landColour = parseColour("#191a2c");
const farColour = parseColour("#5d4a63");
const birdCount = 2400;

/** Where a bird belongs in the flock: a place in a unit ball that turns about the flock's own axis. */
interface Bird {
  readonly radius: number;
  readonly angle: number;
  readonly along: number;
  readonly turnsPerSecond: number;
  readonly size: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

/**
 * A murmuration at dusk. The flock is a turning ball of birds that is stretched, twisted and folded by smooth noise, so
 * that any moment can be painted without those before it. Lengths are in picture heights.
 */
export function createStarlings(width: number, height: number): (canvas: Canvas, timeSeconds: number) => void {
  const backdrop = createBackdrop(width, height);
  const birds = createFlock();
  return function paintStarlings(canvas: Canvas, timeSeconds: number): void {
    canvas.pixels.set(backdrop);
    for (const bird of birds) {
      const now = resolvePlace(bird, timeSeconds);
      paintBird(canvas, now, resolvePlace(bird, timeSeconds + 0.04), bird.size);
    }
    paintMarsh(canvas, timeSeconds);
  };
}

function createFlock(): readonly Bird[] {
  const random = createRandom(7);
  return Array.from({ length: birdCount }, () => {
    const along = random() * 2 - 1;
    const depth = Math.cbrt(random()) * (0.9 + 0.3 * random() ** 3);
    return {
      radius: Math.sqrt(1 - along * along) * depth,
      angle: random() * 2 * Math.PI,
      along: along * depth,
      turnsPerSecond: 0.075 + 0.03 * random(),
      size: 0.85 + 0.5 * random(),
    };
  });
}

function resolvePlace(bird: Bird, time: number): Place {
  const turn = bird.angle + time * bird.turnsPerSecond * 2 * Math.PI;
  const across = Math.cos(turn) * bird.radius;
  const deep = Math.sin(turn) * bird.radius;
  const stretch = 0.29 + 0.09 * Math.sin(time * 0.37 + 0.6);
  // The twist differs along the flock: this makes the dark crossing bands that a murmuration is watched for.
  const twist = bird.along * (1.5 + 1.3 * Math.sin(time * 0.41)) + time * 0.3;
  const flatX = bird.along * stretch;
  const flatY = (across * Math.cos(twist) - deep * Math.sin(twist)) * (0.062 / stretch) ** 0.5 * 0.24;
  const depth = across * Math.sin(twist) + deep * Math.cos(twist);
  const lean = 0.5 * Math.sin(time * 0.29 + 2);
  const x = 0.89 + 0.27 * Math.sin(time * 0.23 + 0.4) + flatX * Math.cos(lean) - flatY * Math.sin(lean) + depth * 0.07;
  const y = 0.39 + 0.07 * Math.sin(time * 0.34 + 1) + flatX * Math.sin(lean) * 0.7 + flatY * Math.cos(lean);
  const foldX = noise(x * 2.6, y * 2.6 + depth * 0.35, time * 0.32) - 0.5;
  const foldY = noise(x * 2.9 + 50, y * 2.9, time * 0.36 + depth * 0.25) - 0.5;
  const flutter = noise(x * 13, y * 13, time * 1.1 + bird.size * 9) - 0.5;
  return { x: x + foldX * 0.3 + flutter * 0.02, y: y + foldY * 0.3 + flutter * 0.025, depth };
}

function createBackdrop(width: number, height: number): Float32Array {
  const canvas: Canvas = { width, height, pixels: new Float32Array(width * height * 3) };
  for (let y = 0; y < height; y++) {
    const base = sampleGradient(sky, y / (height * 0.86));
    for (let x = 0; x < width; x++) {
      blendPixel(canvas, x, y, base, 1);
      const veil = fractalNoise((x / height) * 1.3, (y / height) * 6.5, 12, 5);
      const lit: Colour = [1, 0.84, 0.74];
      blendPixel(canvas, x, y, lit, clamp((veil - 0.5) * 2) * 0.5 * clamp(1.1 - y / height));
    }
  }
  return canvas.pixels;
}

/** A bird is a short soft stroke along its flight; the far side of the flock is smaller and paler. */
function paintBird(canvas: Canvas, now: Place, next: Place, size: number): void {
  const unit = canvas.height / 720;
  const centreX = now.x * canvas.height;
  const centreY = now.y * canvas.height;
  const length = Math.hypot(next.x - now.x, next.y - now.y) || 1;
  const alongX = (next.x - now.x) / length;
  const alongY = (next.y - now.y) / length;
  const nearness = size * (1 + 0.2 * now.depth);
  const half = 1.5 * nearness * unit;
  const alpha = 0.62 + 0.22 * now.depth;
  for (let y = Math.floor(centreY) - 3; y <= centreY + 3; y++) {
    for (let x = Math.floor(centreX) - 3; x <= centreX + 3; x++) {
      const along = Math.abs((x - centreX) * alongX + (y - centreY) * alongY);
      const aside = Math.abs((x - centreX) * alongY - (y - centreY) * alongX);
      const cover = clamp(half + 0.5 - along) * clamp(0.62 * nearness * unit + 0.5 - aside);
      blendPixel(canvas, x, y, birdColour, cover * alpha);
    }
  }
}

/** Low land, a line of water that catches the last light, and reeds that sway. */
function paintMarsh(canvas: Canvas, time: number): void {
  const { width, height } = canvas;
  for (let x = 0; x < width; x++) {
    const far = height * (0.868 - 0.035 * fractalNoise((x / height) * 3.2, 2, 5, 4));
    const bank = height * (0.955 - 0.03 * fractalNoise((x / height) * 1.6, 8, 6, 3));
    for (let y = Math.floor(far); y < height; y++) {
      const water = sampleGradient(sky, 0.96 - (y / height - 0.866) * 5);
      const shade = 0.82 + 0.1 * noise((x / height) * 5, (y / height) * 90, time * 0.35);
      const onWater = clamp((y - height * 0.866) / 2);
      blendPixel(canvas, x, y, farColour, clamp(y - far));
      blendPixel(canvas, x, y, [water[0] * shade, water[1] * shade, water[2] * shade], onWater);
      blendPixel(canvas, x, y, landColour, clamp(y - bank));
    }
  }
  const random = createRandom(99);
  for (let reed = 0; reed < 230; reed++) {
    const cluster = random() < 0.6 ? 0.04 + random() * 0.5 : 1.3 + random() * 0.48;
    const foot = cluster * height;
    const tall = height * (0.05 + 0.11 * random() ** 2);
    const lean = (random() - 0.5) * 0.3 + 0.05 * Math.sin(time * 0.9 + cluster * 7);
    for (let step = 0; step < tall; step++) {
      const share = step / tall;
      const x = foot + lean * tall * share * share;
      const left = Math.floor(x);
      const y = Math.round(height * 0.968 - step);
      const thick = share > 0.8 && reed % 3 === 0 ? 1 : 0.75 - share * 0.35;
      blendPixel(canvas, left, y, landColour, (1 - (x - left)) * thick);
      blendPixel(canvas, left + 1, y, landColour, (x - left) * thick);
    }
  }
}
