import { XMLParser } from "fast-xml-parser";

/** An element: its attributes (`@name`), its text (`#text`) and its children by name, namespaces' prefixes included. */
export interface XmlElement {
  readonly [name: string]: unknown;
}

/** Why a text is not read as XML. */
export interface NoXml {
  readonly problem: string;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Entities are decoded below, the five that XML knows and no others: nothing a document declares is ever expanded.
  processEntities: false,
  maxNestedTags: 64,
});

/** Reads a document, and returns the element of which there is one of these names at its top. */
export function parseXml(text: string, roots: readonly string[]): { name: string; element: XmlElement } | NoXml {
  // Feeds and playlists need no document type; what comes with one is an attempt to blow up its reader.
  if (/<!(?:DOCTYPE|ENTITY)\b/i.test(prologOf(text))) {
    return { problem: "It declares a document type (DTD), which is refused" };
  }
  if (hasEndlessTag(text)) {
    return { problem: "It is not well-formed XML: a tag does not end, or is too long" };
  }
  let parsed: XmlElement;
  try {
    parsed = parser.parse(text) as XmlElement;
  } catch (error) {
    return {
      problem: `It is not well-formed XML: ${error instanceof Error ? error.message.slice(0, 120) : "unknown"}`,
    };
  }
  const name = roots.find((root) => Object.hasOwn(parsed, root));
  const element = name === undefined ? undefined : childOf(parsed, name);
  return name === undefined || element === undefined
    ? { problem: `It holds no ${roots.join(" or ")}` }
    : { name, element };
}

/** What comes before the first element, comments left out. */
function prologOf(text: string): string {
  let position = 0;
  let prolog = "";
  while (position < text.length) {
    const next = text.indexOf("<", position);
    if (next === -1 || /[\p{L}_:]/u.test(text[next + 1] ?? "")) {
      break;
    }
    const isComment = text.startsWith("<!--", next);
    const end = text.indexOf(isComment ? "-->" : ">", next);
    const stop = end === -1 ? text.length : end + 1;
    if (!isComment) {
      prolog += text.slice(next, stop);
    }
    position = stop;
  }
  return prolog;
}

/** Tags of feeds are some hundred characters long. */
const longestTag = 8192;

/** The parser's work grows with the square of a tag's attributes: a megabyte of them would hold everybody up for seconds. */
function hasEndlessTag(text: string): boolean {
  for (let start = text.indexOf("<"); start !== -1; start = text.indexOf("<", start)) {
    const end = endOfTag(text, start);
    if (end === -1) {
      return true;
    }
    start = end;
  }
  return false;
}

/** Position behind a tag, a comment or a run of character data; -1 where there is no end to it. */
function endOfTag(text: string, start: number): number {
  const [, closing] = bracketed.find(([opening]) => text.startsWith(opening, start)) ?? [];
  if (closing !== undefined) {
    const end = text.indexOf(closing, start);
    return end === -1 ? -1 : end + closing.length;
  }
  let quote = "";
  for (let index = start; index < text.length && index < start + longestTag; index += 1) {
    const character = text[index] ?? "";
    if (quote === "" && character === ">") {
      return index + 1;
    }
    if (quote === "" ? character === '"' || character === "'" : character === quote) {
      quote = quote === "" ? character : "";
    }
  }
  return -1;
}

const bracketed: readonly (readonly [opening: string, closing: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

/** The elements of this name, in order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  const value = Object.hasOwn(element, name) ? element[name] : undefined;
  const values: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.map(toElement).filter((child) => child !== undefined);
}

/** The first element of this name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(element, name)[0];
}

/** Text of the first element of this name that has any. */
export function textOf(element: XmlElement, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = childOf(element, name)?.["#text"];
    if (typeof text === "string" && text.trim() !== "") {
      return decodeEntities(text).trim();
    }
  }
  return undefined;
}

/** Value of an attribute. */
export function attributeOf(element: XmlElement | undefined, name: string): string | undefined {
  const value = element !== undefined && Object.hasOwn(element, `@${name}`) ? element[`@${name}`] : undefined;
  return typeof value === "string" ? decodeEntities(value).trim() : undefined;
}

/** The parser gives an element without attributes and children as its text alone. */
function toElement(value: unknown): XmlElement | undefined {
  if (typeof value === "string") {
    return { "#text": value };
  }
  return typeof value === "object" && value !== null ? { ...value } : undefined;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0" };

/** Decodes in one pass, so that what comes out of an entity is never taken for one again. */
function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (typeof name === "string") {
      return named[name] ?? whole;
    }
    const code = typeof decimal === "string" ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\uFFFD";
  });
}
