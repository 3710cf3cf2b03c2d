/** Letters that Unicode does not take apart, as people type them who lack the key. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
  ŋ: "n",
};
const unplainLetter: RegExp = new RegExp(`[${Object.keys(plainLetters).join("")}]`, "g");
/** Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Signs of other scripts carry the vowels: they stay. */
const accents = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0640]/g;
const katakana = /[\u30a1-\u30f6]/g;
const hiraganaOffset = 0x60;
const plainAscii = /^[\u0020-\u007e]*$/;
const notInWords = /[^\p{L}\p{N}\p{M}]+/gu;

/** How much of a text is searched; what is longer is no title. */
export const maxFoldedLength = 240;

/**
 * A text as it is compared: without case, accents, widths and punctuation, words set apart by single blanks; katakana read as
 * hiragana. `"AC/DC – Thunderstruck"` becomes `"ac dc thunderstruck"`. Empty where it holds no letter or digit.
 */
export function foldText(text: string): string {
  return foldLetters(text).replaceAll(notInWords, " ").trim();
}

/** As {@link foldText}, with the punctuation still there: it tells which words are written as one. */
export function foldLetters(text: string): string {
  const short = text.length > maxFoldedLength ? text.slice(0, maxFoldedLength) : text;
  // An apostrophe is part of its word: "don't" is looked for as "dont".
  const lower = short.replaceAll(/['’‘ʼ]/g, "").toLowerCase();
  return plainAscii.test(lower) ? lower : foldUnicode(lower);
}

function foldUnicode(lower: string): string {
  return lower
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(accents, "")
    .normalize("NFC")
    .replaceAll(unplainLetter, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(katakana, (kana) => String.fromCharCode(kana.charCodeAt(0) - hiraganaOffset))
    .toWellFormed();
}
