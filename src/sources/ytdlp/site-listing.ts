import { type CallOptions, type FoundMedia, type SearchOptions, SourceError } from "../../source/index.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import { foundInList } from "./found-media.ts";
import { parseJsonObject, textIn } from "./json-reader.ts";
import type { SiteGates } from "./site-gates.ts";
import type { SiteHealthRecords } from "./site-health.ts";
import { isOurTrouble } from "./ytdlp-failure.ts";
import type { YtdlpProgram } from "./ytdlp-program.ts";

/** What a {@link SiteListing} works with. */
export interface ListingParts {
  readonly program: YtdlpProgram;
  readonly pages: OutboundGuard;
  readonly gates: SiteGates;
  readonly records: SiteHealthRecords;
}

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

interface ListingRun {
  readonly doing: string;
  /** By which it is kept from being asked too often. */
  readonly site: string;
  readonly input: string;
  /** From 1, both included. */
  readonly start: number;
  readonly end: number;
  readonly signal: AbortSignal | undefined;
}

/** What has come besides entries. */
interface Seen {
  title: string | undefined;
  count: number;
}

/** Searches a site and lists its channels and playlists: entry by entry, as they come, and no further than asked. */
export class SiteListing {
  readonly #parts: ListingParts;
  readonly #searchKey: string | undefined;

  /** @param searchKey yt-dlp's name of a site's search: `ytsearch` */
  constructor(parts: ListingParts, searchKey: string | undefined) {
    this.#parts = parts;
    this.#searchKey = searchKey;
  }

  /** @throws {SourceError} `unsupported` where the operator named no search */
  async *search(
    text: string,
    { limit, offset = 0, signal }: SearchOptions,
  ): AsyncGenerator<FoundMedia, void, undefined> {
    if (this.#searchKey === undefined) {
      throw new SourceError("unsupported", "Cannot search with yt-dlp: no search is set, such as search=ytsearch");
    }
    const words = text
      .replaceAll(/\p{Cc}+/gu, " ")
      .trim()
      .slice(0, maxQueryLength);
    if (words !== "") {
      const [doing, end] = [`search for ${JSON.stringify(words)}`, offset + limit];
      const input = `${this.#searchKey}${end}:${words}`;
      yield* this.#run({ doing, site: this.#searchKey, input, start: offset + 1, end, signal });
    }
  }

  /** @throws {SourceError} */
  async entries(address: string, { cursor, limit = defaultPage, signal }: EntryOptions): Promise<EntryPage> {
    const { href } = this.#parts.pages.vetUrl(address);
    const start = parseCursor(cursor);
    const size = Math.min(Math.max(1, Math.trunc(limit)), largestPage);
    const entries: FoundMedia[] = [];
    const seen: Seen = { title: undefined, count: 0 };
    const site = this.#parts.gates.siteOf(href);
    const run = { doing: `list ${href}`, site, input: href, start, end: start + size - 1, signal };
    for await (const entry of this.#run(run, seen)) {
      entries.push(entry);
    }
    return { title: seen.title, entries, ...(seen.count >= size && { nextCursor: String(start + size) }) };
  }

  async *#run(
    run: ListingRun,
    seen: Seen = { title: undefined, count: 0 },
  ): AsyncGenerator<FoundMedia, void, undefined> {
    const { gates, records } = this.#parts;
    const { site, input, signal } = run;
    const pass = await gates.enter(site, input, { urgency: "normal", signal });
    const startedAt = performance.now();
    let hasFailed = false;
    try {
      yield* this.#entriesOf(run, seen);
    } catch (error) {
      hasFailed = true;
      pass.failed(error);
      if (!isOurTrouble(error)) {
        records.failed(site, performance.now() - startedAt, error);
      }
      throw error;
    } finally {
      // Who has seen enough leaves in the middle.
      if (!hasFailed) {
        pass.succeeded();
        records.succeeded(site, performance.now() - startedAt);
      }
    }
  }

  async *#entriesOf(
    { doing, input, start, end, signal }: ListingRun,
    seen: Seen,
  ): AsyncGenerator<FoundMedia, void, undefined> {
    const args = ["--flat-playlist", "--lazy-playlist", "--dump-json", "--playlist-items", `${start}:${end}`];
    for await (const line of this.#parts.program.lines({ doing, args, input, urgency: "normal", signal })) {
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
      this.#parts.pages.vetUrl(address);
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
