import { type ReactElement, useId } from "react";
import type { MediaKind } from "../../../src/api/contract.ts";
import { createRandom } from "../core/random.ts";

/** A number that follows from a text alone (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Hues that go well together as sky and water; all of the wheel would come out muddy half of the time. */
const moods: readonly (readonly [sky: number, water: number])[] = [
  [186, 214],
  [210, 250],
  [258, 292],
  [326, 268],
  [14, 338],
  [34, 8],
  [168, 196],
  [228, 190],
];

function moodOf(text: string): readonly [sky: number, water: number] {
  return moods[seedOf(text) % moods.length] ?? [186, 214];
}

/** The hue that a title has everywhere. */
export function hueOf(text: string): number {
  return moodOf(text)[0];
}

/** A picture for what has none: water lines that follow from the title, so that it is known again. */
export function PlaceholderArt({
  title,
  kind,
}: {
  readonly title: string;
  readonly kind?: MediaKind | undefined;
}): ReactElement {
  const id = useId();
  const random = createRandom(seedOf(title));
  const [sky, water] = moodOf(title);
  const lines = Array.from({ length: 5 }, (_, index) =>
    waveAt(44 + index * 12 + random() * 5, 2 + random() * 4, random() * 6),
  );
  const sun = { x: 24 + random() * 52, y: 20 + random() * 14, radius: 7 + random() * 5 };
  return (
    <svg viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0.4" y2="1">
          <stop offset="0" stopColor={`hsl(${sky} 58% 72%)`} />
          <stop offset="1" stopColor={`hsl(${water} 46% 40%)`} />
        </linearGradient>
      </defs>
      <rect width="100" height="100" fill={`url(#${id})`} />
      {kind !== "audio" && <circle cx={sun.x} cy={sun.y} r={sun.radius} fill={`hsl(${sky} 90% 93%)`} opacity="0.9" />}
      {lines.map((d, index) => (
        <path key={d} d={d} fill={`hsl(${water} 52% ${50 - index * 8}%)`} opacity={0.55} />
      ))}
    </svg>
  );
}

function waveAt(y: number, height: number, phase: number): string {
  const points = Array.from({ length: 6 }, (_, index) => y + height * Math.sin(phase + index * 1.25));
  const curve = points.slice(1).map((point, index) => `S${index * 20 + 10} ${point} ${(index + 1) * 20} ${point}`);
  return `M0 ${points[0]}${curve.join("")}V100H0Z`;
}
