import type { StreamFormat } from "../../../src/api/contract.ts";

/** The most that is wanted of what plays: for slow lines, and for those that are paid by the megabyte. Absent: the best there is. */
export interface QualityWish {
  /** Rows of a moving picture; 0 for its sound alone. */
  readonly mostPixels?: number | undefined;
  /** Of what is only heard. */
  readonly mostBitsPerSecond?: number | undefined;
}

/**
 * The format that a wish means among those that an item can be had in: the best that is not beyond it, else the least.
 * @returns `undefined` where the server's own choice, the first, will do
 */
export function chooseFormat(formats: readonly StreamFormat[], wish: QualityWish): StreamFormat | undefined {
  // A picture without its sound is on the list for those who join the two themselves.
  const whole = formats.filter(({ label }) => !label.includes("without sound"));
  const seen = whole.filter(({ heightPixels }) => heightPixels !== undefined);
  const heard = whole.filter(({ heightPixels }) => heightPixels === undefined);
  const chosen =
    seen.length === 0 || (wish.mostPixels === 0 && heard.length > 0)
      ? bestWithin(heard, ({ bitsPerSecond }) => bitsPerSecond, wish.mostBitsPerSecond)
      : bestWithin(seen, ({ heightPixels }) => heightPixels, wish.mostPixels);
  return chosen === formats[0] ? undefined : chosen;
}

/** The wish that whoever picks a format by hand has, so that other items follow it. */
export function wishOf(format: StreamFormat, formats: readonly StreamFormat[], wish: QualityWish): QualityWish {
  const isBest = format === formats[0];
  if (formats.some(({ heightPixels }) => heightPixels !== undefined)) {
    return { ...wish, mostPixels: isBest ? undefined : (format.heightPixels ?? 0) };
  }
  return { ...wish, mostBitsPerSecond: isBest ? undefined : format.bitsPerSecond };
}

/** Those among which a wish can tell: of two that are alike in what a wish says, the first alone is reached. */
export function pickableFormats(formats: readonly StreamFormat[], wish: QualityWish): readonly StreamFormat[] {
  return formats.filter((format) => (chooseFormat(formats, wishOf(format, formats, wish)) ?? formats[0]) === format);
}

/** The server lists the better ones first: of equals the first is taken. What says nothing of itself is not chosen by a number. */
function bestWithin(
  formats: readonly StreamFormat[],
  amountOf: (format: StreamFormat) => number | undefined,
  most: number | undefined,
): StreamFormat | undefined {
  if (most === undefined) {
    return formats[0];
  }
  const known = formats.filter((format) => amountOf(format) !== undefined);
  const ranked = known.toSorted((a, b) => (amountOf(b) ?? 0) - (amountOf(a) ?? 0));
  return ranked.find((format) => (amountOf(format) ?? 0) <= most) ?? ranked.at(-1) ?? formats[0];
}
