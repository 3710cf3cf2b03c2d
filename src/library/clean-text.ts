/** Longest title, name or label that is kept, in characters. */
export const maxTextLength = 512;

/** Embeddings, overrides and isolates: they turn the direction of what follows, `gpj.exe` into `exe.jpg`. */
const directionControls = /[\u061C\u202A-\u202E\u2066-\u2069]/gu;
/** What shows as nothing: it makes two titles look alike and sort apart. U+200D stays, it joins emoji and Indic letters. */
const invisible = /[\u00AD\u180E\u200B\u2060-\u2064\uFEFF\uFFF9-\uFFFB]/gu;
const blanks = /[\p{Cc}\p{Zs}\p{Zl}\p{Zp}]+/gu;

/**
 * Makes text from tags, file names and feeds fit to be shown, sorted and searched: one line, composed (NFC), without control characters and
 * without what turns the direction of the page, and no longer than `maxLength`.
 * @returns `undefined` where nothing readable is left
 */
export function cleanText(text: string | undefined, maxLength: number = maxTextLength): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  // Cut first: what follows is then bounded whatever a tag holds. The rest leaves room for what is dropped.
  const clean = text
    .slice(0, maxLength * 4)
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(directionControls, "")
    .replaceAll(invisible, "")
    .replaceAll(blanks, " ")
    .trim();
  return clean === "" || /^\uFFFD+$/u.test(clean) ? undefined : cutText(clean, maxLength);
}

/** Cuts between characters as people see them, never inside one. */
function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) {
    return text;
  }
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(text)) {
    if (index + segment.length > maxLength - 1) {
      break;
    }
    end = index + segment.length;
  }
  return `${text.slice(0, end === 0 ? maxLength - 1 : end).toWellFormed()}…`;
}

/** Cleans a list of names: empty ones and repetitions are dropped, and it never holds more than `limit`. */
export function cleanNames(names: readonly (string | undefined)[] | undefined, limit = 32): string[] {
  const clean = (names ?? []).slice(0, limit * 4).map((name) => cleanText(name));
  return [...new Set(clean.filter((name) => name !== undefined))].slice(0, limit);
}
