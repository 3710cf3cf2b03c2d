/** An element, with what lies in it. Attributes are not kept: playlists have nothing in them. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  /** Its own text, not that of its children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** Deeper than any playlist. */
const maxDepth = 32;
const token =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([\w:.-]+)(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>|([^<]+)/gy;

/**
 * Reads a small XML document without a DOM: the core runs without one. Document types are refused, and with them every entity but the
 * five that are built in: nothing in a file makes it larger than it is.
 * @returns the elements at the top, or `undefined` where it is not well-formed
 */
export function parseElements(document: string): readonly XmlElement[] | undefined {
  const root: OpenElement = { name: "", text: "", children: [] };
  const open: OpenElement[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < document.length) {
    const match = token.exec(document);
    const parent = open.at(-1);
    if (match === null || parent === undefined) {
      return undefined;
    }
    const [, data, closing, name, selfClosing, text] = match;
    if (data !== undefined) {
      parent.text += data;
    } else if (text !== undefined) {
      parent.text += decodeEntities(text);
    } else if (name !== undefined) {
      const local = name.slice(name.indexOf(":") + 1);
      if (closing === "/") {
        if (open.length === 1 || parent.name !== local) {
          return undefined;
        }
        open.pop();
        open.at(-1)?.children.push(parent);
      } else if (selfClosing === "/") {
        parent.children.push({ name: local, text: "", children: [] });
      } else if (open.push({ name: local, text: "", children: [] }) > maxDepth) {
        return undefined;
      }
    }
  }
  return open.length === 1 ? root.children : undefined;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) {
      return entities[name] ?? whole;
    }
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
