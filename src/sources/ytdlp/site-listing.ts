import { type CallOptions, type FoundMedia, SourceError } from "../../source/index.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import { foundInList } from "./found-media.ts";
import { parseJsonObject, textIn } from "./json-reader.ts";
import type { YtdlpProgram } from "./ytdlp-program.ts";

/** One page of a channel or playlist. */
export interface EntryPage {
  readonly title: string | undefined;
  readonly entries: readonly FoundMedia[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** Options of {@link SiteListing.entries}. */
export interface EntryOptions extends CallOptions {
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** 1 to 200. @default 50 */
  readonly limit?: number | undefined;
}

const defaultPage = 50;
const largestPage = 200;
/** Longer ones are no titles. */
const maxQueryLength = 300;

/** Searches a site and lists its channels and playlists: entry by entry, as they come, and no further than asked. */
export class SiteListing {
  readonly #program: YtdlpProgram;
  readonly #pages: OutboundGuard;
  readonly #searchKey: string | undefined;

  /** @param searchKey yt-dlp's name of a site's search: `ytsearch` */
  constructor(program: YtdlpProgram, pages: OutboundGuard, searchKey: string | undefined) {
    this.#program = program;
    this.#pages = pages;
    this.#searchKey = searchKey;
  }

  /** @throws {SourceError} `unsupported` where the operator named no search */
  async *search(text: string, limit: number, { signal }: CallOptions): AsyncGenerator<FoundMedia, void, undefined> {
    if (this.#searchKey === undefined) {
      throw new SourceError("unsupported", "Cannot search with yt-dlp: no search is set, such as search=ytsearch");
    }
    const words = text
      .replaceAll(/\p{Cc}+/gu, " ")
      .trim()
      .slice(0, maxQueryLength);
    if (words !== "") {
      const input = `${this.#searchKey}${limit}:${words}`;
      yield* this.#run(`search for ${JSON.stringify(words)}`, input, { start: 1, end: limit }, signal);
    }
  }

  /** @throws {SourceError} */
  async entries(address: string, { cursor, limit = defaultPage, signal }: EntryOptions): Promise<EntryPage> {
    const url = this.#pages.vetUrl(address);
    const start = parseCursor(cursor);
    const size = Math.min(Math.max(1, Math.trunc(limit)), largestPage);
    const entries: FoundMedia[] = [];
    const seen = { title: undefined as string | undefined, count: 0 };
    const range = { start, end: start + size - 1 };
    for await (const entry of this.#run(`list ${url.href}`, url.href, range, signal, seen)) {
      entries.push(entry);
    }
    return { title: seen.title, entries, ...(seen.count >= size && { nextCursor: String(start + size) }) };
  }

  async *#run(
    doing: string,
    input: string,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal | undefined,
    seen: { title: string | undefined; count: number } = { title: undefined, count: 0 },
  ): AsyncGenerator<FoundMedia, void, undefined> {
    const args = ["--flat-playlist", "--lazy-playlist", "--dump-json", "--playlist-items", `${start}:${end}`];
    for await (const line of this.#program.lines({ doing, args, input, urgency: "normal", signal })) {
      const entry = parseJsonObject(line);
      if (entry !== undefined) {
        seen.count += 1;
        seen.title ??= textIn(entry, "playlist_title");
        const found = foundInList(entry, (address) => this.#isAllowed(address));
        if (found !== undefined) {
          yield found;
        }
      }
    }
  }

  #isAllowed(address: string): boolean {
    try {
      this.#pages.vetUrl(address);
      return true;
    } catch {
      return false;
    }
  }
}

function parseCursor(cursor: string | undefined): number {
  const start = cursor === undefined ? 1 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 1) {
    throw new SourceError("invalid-key", `Cannot list from ${JSON.stringify(cursor?.slice(0, 40))}: not a cursor`);
  }
  return start;
}
