import { hash } from "node:crypto";

/** Names a folder or file after a text of any length and content. 128 bits: no two objects will ever share one. */
export function hashName(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}

/**
 * Compares by code points, as UTF-8 bytes compare. JavaScript's `<` compares UTF-16 units, which puts U+10000 and above
 * before U+E000.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) {
      const leftIsSurrogate = left >= 0xd800 && left < 0xe000;
      const rightIsSurrogate = right >= 0xd800 && right < 0xe000;
      return leftIsSurrogate === rightIsSurrogate ? left - right : leftIsSurrogate ? 1 : -1;
    }
  }
  return a.length - b.length;
}
