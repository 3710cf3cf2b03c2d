/** Red, green and blue from 0 to 1, in display (sRGB) space. */
export type Colour = readonly [number, number, number];

/** Pixels as floats, three to a pixel, rows from the top: enough depth for gradients to be dithered at the end. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float32Array;
}

export function createCanvas(width: number, height: number): Canvas {
  return { width, height, pixels: new Float32Array(width * height * 3) };
}

/** `"#1b2a41"` to a colour. */
export function parseColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value;
}

/** 0 below `low`, 1 above `high`, an S between. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = clamp((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

export function mixColours(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** The colour at `position` (0 to 1) of evenly spaced stops. */
export function sampleGradient(stops: readonly Colour[], position: number): Colour {
  const scaled = clamp(position) * (stops.length - 1);
  const index = Math.min(Math.floor(scaled), stops.length - 2);
  const from = stops[index];
  const to = stops[index + 1];
  if (from === undefined || to === undefined) throw new RangeError("A gradient needs two stops");
  return mixColours(from, to, smoothStep(0, 1, scaled - index) * 0.5 + (scaled - index) * 0.5);
}

/** Lays a colour over one pixel; outside the canvas nothing happens. */
export function blendPixel(canvas: Canvas, x: number, y: number, over: Colour, alpha: number): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height || alpha <= 0) return;
  const { pixels } = canvas;
  const at = (y * canvas.width + x) * 3;
  const share = alpha > 1 ? 1 : alpha;
  pixels[at] = (pixels[at] ?? 0) * (1 - share) + over[0] * share;
  pixels[at + 1] = (pixels[at + 1] ?? 0) * (1 - share) + over[1] * share;
  pixels[at + 2] = (pixels[at + 2] ?? 0) * (1 - share) + over[2] * share;
}

/** Adds light to one pixel. */
export function addLight(canvas: Canvas, x: number, y: number, light: Colour, amount: number): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  const { pixels } = canvas;
  const at = (y * canvas.width + x) * 3;
  pixels[at] = (pixels[at] ?? 0) + light[0] * amount;
  pixels[at + 1] = (pixels[at + 1] ?? 0) + light[1] * amount;
  pixels[at + 2] = (pixels[at + 2] ?? 0) + light[2] * amount;
}

/** A round spot; its middle may lie between pixels. */
interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** Lays a round spot with an edge smoothed over one pixel. */
export function drawDisc(canvas: Canvas, { x, y, radius }: Disc, over: Colour, alpha = 1): void {
  const reach = Math.ceil(radius + 1);
  for (let row = Math.floor(y) - reach; row <= Math.floor(y) + reach; row++) {
    for (let column = Math.floor(x) - reach; column <= Math.floor(x) + reach; column++) {
      const distance = Math.hypot(column - x, row - y);
      blendPixel(canvas, column, row, over, clamp(radius + 0.5 - distance) * alpha);
    }
  }
}

/** Fills a convex polygon given clockwise (y points down), with edges smoothed over one pixel. */
export function drawPolygon(canvas: Canvas, corners: readonly (readonly [number, number])[], over: Colour): void {
  const xs = corners.map((corner) => corner[0]);
  const ys = corners.map((corner) => corner[1]);
  for (let y = Math.floor(Math.min(...ys)) - 1; y <= Math.max(...ys) + 1; y++) {
    for (let x = Math.floor(Math.min(...xs)) - 1; x <= Math.max(...xs) + 1; x++) {
      let inside = 1;
      corners.forEach(([fromX, fromY], index) => {
        const [toX, toY] = corners[(index + 1) % corners.length] ?? [fromX, fromY];
        const length = Math.hypot(toX - fromX, toY - fromY) || 1;
        const depth = ((toX - fromX) * (y - fromY) - (toY - fromY) * (x - fromX)) / length;
        inside = Math.min(inside, clamp(depth + 0.5));
      });
      blendPixel(canvas, x, y, over, inside);
    }
  }
}

/**
 * The canvas as 8-bit RGB. Gradients would band in 8 bits, so each pixel is rounded up or down by a fixed pattern
 * (interleaved gradient noise); the pattern stands still, which costs a video encoder little.
 */
export function formatRgb24(canvas: Canvas): Buffer {
  const { width, height, pixels } = canvas;
  const bytes = Buffer.allocUnsafe(width * height * 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inner = 0.06711056 * x + 0.00583715 * y;
      const outer = 52.9829189 * (inner - Math.floor(inner));
      const threshold = outer - Math.floor(outer);
      for (let channel = 0; channel < 3; channel++, at++) {
        bytes[at] = clamp(pixels[at] ?? 0) * 254.999 + threshold;
      }
    }
  }
  return bytes;
}
