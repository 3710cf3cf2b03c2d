import { BoundedMap } from "../../../bytes/index.ts";
import { type CallOptions, SharedCalls, SourceError } from "../../../source/index.ts";
import { collectBody } from "../../upstream/collect-body.ts";
import { statusError } from "../../upstream/range-answer.ts";
import type { SiteFormat } from "../media-format.ts";
import { requestSite, type SiteAnswer, type SiteHosts } from "../site-request.ts";
import { assertNotExpired } from "./fresh-addresses.ts";
import { FormatNames } from "./format-names.ts";
import { masterAddresses } from "./format-playlist.ts";
import type { MasterPlaylist } from "./master-playlist.ts";
import type { MediaPlaylist, MediaSegment } from "./media-playlist.ts";
import { mergedPlaylist } from "./merged-playlist.ts";
import { type ParsedPlaylist, parsePlaylist } from "./parsed-playlist.ts";

/** A playlist of a site's, as it was last fetched. */
interface Loaded {
  readonly content: Exclude<ParsedPlaylist, { kind: "refused" }>;
  readonly loadedAtMs: number;
  /** Segments of a live playlist that have been in it, by number: who plays a little behind still asks for them. */
  readonly past: ReadonlyMap<number, MediaSegment>;
}

/** A day of film with long addresses takes half of it. */
const maxPlaylistBytes = 8 * 1024 * 1024;
const patienceMs = 20_000;
/** A film in pieces of five seconds takes a third of a megabyte. */
const rememberedLists = 100;

/** Fetches sites' playlists, and keeps them while they last: whole ones as long as their addresses, live ones for half a segment. */
export class SitePlaylists {
  readonly #hosts: SiteHosts;
  readonly #loaded = new BoundedMap<Loaded>(rememberedLists);
  /** Told apart by the format itself: resolved anew it is another, at another address. */
  readonly #names = new FormatNames();
  readonly #fetching = new SharedCalls<Loaded>();

  constructor(hosts: SiteHosts) {
    this.#hosts = hosts;
  }

  /**
   * The master playlist that a format's address names, or `undefined` where it names a media playlist.
   * @throws {SourceError} `ExpiredAddressError` where the address does not work any more
   */
  async master(format: SiteFormat, name: string, options: CallOptions): Promise<MasterPlaylist | undefined> {
    const { content } = await this.#load(format, 0, name, options);
    return content.kind === "master" ? content.playlist : undefined;
  }

  /**
   * A format's media playlist; where its address names a master playlist, the one with that number in it, from 1 on.
   * @throws {SourceError} `ExpiredAddressError` where the address does not work any more
   */
  async media(
    format: SiteFormat,
    entry: number,
    name: string,
    options: CallOptions,
  ): Promise<{ readonly playlist: MediaPlaylist; readonly past: ReadonlyMap<number, MediaSegment> }> {
    const { content, past } = await this.#load(format, entry, name, options);
    if (content.kind === "master") {
      throw new SourceError("bad-upstream", `Cannot read ${name}: a playlist of it leads to playlists again`);
    }
    return { playlist: content.playlist, past };
  }

  async #load(format: SiteFormat, entry: number, name: string, options: CallOptions): Promise<Loaded> {
    const key = `${entry} ${this.#names.of(format)}`;
    const known = this.#loaded.get(key);
    if (known !== undefined && isFresh(known)) {
      return known;
    }
    const address = entry === 0 ? format.address.href : await this.#addressOf(format, entry, name, options);
    const { value } = await this.#fetching.run(key, options.signal, async (signal) => {
      const content = await this.#fetch(format, address, name, { ...options, signal });
      const loaded = { ...mergedPlaylist(content, this.#loaded.get(key)), loadedAtMs: Date.now() };
      this.#loaded.set(key, loaded);
      return loaded;
    });
    return value;
  }

  async #addressOf(format: SiteFormat, entry: number, name: string, options: CallOptions): Promise<string> {
    const master = await this.master(format, name, options);
    const address = master && masterAddresses(master)[entry - 1];
    if (address === undefined) {
      throw new SourceError("not-found", `Cannot read ${name}: its playlist has no entry ${entry}`);
    }
    return address;
  }

  async #fetch(format: SiteFormat, address: string, name: string, options: CallOptions): Promise<Loaded["content"]> {
    const timeout = AbortSignal.timeout(patienceMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      const start = this.#hosts.guard.vetUrl(address);
      const ask = { method: "GET" as const, fields: {}, options: { ...options, signal }, name };
      const { text, url } = await readPlaylist(await requestSite(this.#hosts, format, start, ask), name);
      const parsed = parsePlaylist(text, url);
      if (parsed.kind === "refused") {
        throw new SourceError(parsed.code, `Cannot play ${name}: ${parsed.why}`);
      }
      return parsed;
    } catch (error) {
      if (timeout.aborted && options.signal?.aborted !== true) {
        const message = `Cannot read ${name}: its playlist did not come within ${patienceMs / 1000} s`;
        throw new SourceError("timeout", message, { retryable: true, cause: error });
      }
      throw error;
    }
  }
}

function isFresh({ content, loadedAtMs }: Loaded): boolean {
  const isForever = content.kind === "master" || content.playlist.isEnded;
  return isForever || Date.now() - loadedAtMs < content.playlist.targetSeconds * 500;
}

async function readPlaylist({ response, url }: SiteAnswer, name: string): Promise<{ text: string; url: URL }> {
  try {
    assertNotExpired(response, `a playlist of ${name}`);
    if (response.status !== 200) {
      throw statusError(`a playlist of ${name}`, response);
    }
    const bytes = await collectBody(response, `the playlist of ${name}`, maxPlaylistBytes);
    return { text: new TextDecoder().decode(bytes), url };
  } finally {
    response.drop();
  }
}
