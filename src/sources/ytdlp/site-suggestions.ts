import { BoundedMap } from "../../bytes/index.ts";
import type { SuggestOptions } from "../../source/index.ts";
import { OutboundClient } from "../outbound/outbound-client.ts";
import type { OutboundGuardOptions } from "../outbound/outbound-guard.ts";

const placeholder = "{q}";

/** Somebody is typing: what comes later is of no use to him, only to whoever types the same soon. */
const limits = { maxBytes: 64 * 1024, timeoutMs: 1_500 };
const freshForMs = 10 * 60_000;
const rememberedTexts = 500;
const maxRunning = 4;
const longestText = 200;

interface Remembered {
  readonly texts: Promise<readonly string[]>;
  readonly untilMs: number;
}

/**
 * What a site's own service suggests. It is told what viewers type, so it is asked only where the operator named it; and through the guard,
 * as everything else.
 */
export class SiteSuggestions implements Disposable {
  readonly #template: string;
  readonly #client: OutboundClient;
  readonly #remembered = new BoundedMap<Remembered>(rememberedTexts);
  #running = 0;

  /** @param template the service's address, with `{q}` where the words go */
  constructor(template: string, egress: OutboundGuardOptions) {
    this.#template = template;
    this.#client = new OutboundClient(egress);
  }

  /** @throws {SourceError} */
  async suggest(text: string, { limit }: SuggestOptions): Promise<readonly string[]> {
    const words = text.trim().slice(0, longestText).toLowerCase();
    const known = this.#remembered.get(words);
    if (known !== undefined && performance.now() < known.untilMs) {
      return (await known.texts).slice(0, limit);
    }
    if (words === "" || this.#running >= maxRunning) {
      return [];
    }
    const texts = this.#ask(words);
    this.#remembered.set(words, { texts, untilMs: performance.now() + freshForMs });
    // A failure is no answer to keep.
    texts.catch(() => this.#remembered.delete(words));
    return (await texts).slice(0, limit);
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  async #ask(words: string): Promise<readonly string[]> {
    this.#running += 1;
    try {
      const address = this.#template.replaceAll(placeholder, encodeURIComponent(words));
      const headers = { Accept: "application/json, application/x-suggestions+json" };
      return parseSuggestions((await this.#client.fetchText(address, { ...limits, headers })).text);
    } finally {
      this.#running -= 1;
    }
  }
}

/** Reads OpenSearch's form, `["q", ["one", "two"]]`, and YouTube's, `["q", [["one", 0], ["two", 0]]]`; nothing out of anything else. */
export function parseSuggestions(text: string): readonly string[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return [];
  }
  const listed: unknown = Array.isArray(answer) ? answer[1] : undefined;
  const texts = (Array.isArray(listed) ? listed : []).map((entry: unknown): unknown =>
    Array.isArray(entry) ? entry[0] : entry,
  );
  return texts
    .filter((entry): entry is string => typeof entry === "string")
    .map((entry) => entry.replaceAll(/\p{Cc}+/gu, " ").trim())
    .filter((entry) => entry !== "" && entry.length <= longestText);
}
