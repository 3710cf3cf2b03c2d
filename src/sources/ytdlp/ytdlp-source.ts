import { BoundedMap } from "../../bytes/index.ts";
import {
  type CallOptions,
  type DescribeOptions,
  type FoundMedia,
  type ListOptions,
  type ListPage,
  type LocateOptions,
  type MediaFormat,
  type MediaObject,
  type OpenOptions,
  type PartHref,
  type Revalidation,
  type SearchableSource,
  type SearchOptions,
  SourceError,
  type SuggestOptions,
  type Validator,
} from "../../source/index.ts";
import { type GuardingProxy, startGuardingProxy } from "../outbound/guarding-proxy.ts";
import { OutboundGuard } from "../outbound/outbound-guard.ts";
import { foundByResolving } from "./found-media.ts";
import { parseHlsForm } from "./hls/hls-form.ts";
import { HostClients } from "../upstream/host-clients.ts";
import { formatItemKey, type ItemKey, parseItemKey, withForm } from "./item-key.ts";
import { ProcessPool } from "./process-pool.ts";
import { ListPageError, type ResolveOptions, Resolver } from "./resolver.ts";
import { SiteGates } from "./site-gates.ts";
import { SiteHealthRecords } from "./site-health.ts";
import { SiteMedia } from "./site-media.ts";
import { type EntryOptions, type EntryPage, SiteListing } from "./site-listing.ts";
import { SiteSuggestions } from "./site-suggestions.ts";
import { describeHealth, type YtdlpHealth } from "./ytdlp-health.ts";
import type { YtdlpSourceOptions } from "./ytdlp-options.ts";
import { YtdlpProgram } from "./ytdlp-program.ts";

/** Entries of lists of which is remembered what the list told. */
const rememberedEntries = 2000;

/** Everything that yt-dlp can open, as one source. Keys come from {@link YtdlpSource.search}, or are made of a page's address. */
export interface YtdlpSource extends SearchableSource {
  /** Like `search`, each result as it comes. A page's address finds that page; what is a list finds its entries. */
  searchAsTheyCome(text: string, options: SearchOptions): AsyncIterable<FoundMedia>;
  /** One page of a channel or playlist. @throws {SourceError} `forbidden` where its host is not allowed */
  entries(address: string, options?: EntryOptions): Promise<EntryPage>;
  /** The key of a page's item. @throws {SourceError} where the address is not allowed */
  keyOfAddress(address: string): string;
  /** Makes an item ready; `onPosition` is told its place in the queue, 0 once its turn has come. */
  prepare(key: string, options?: CallOptions & Pick<ResolveOptions, "onPosition">): Promise<void>;
  /** The place in the queue of an item that is being resolved, 0 while yt-dlp works on it, `undefined` where it is not. */
  positionOf(key: string): number | undefined;
  health(): Promise<YtdlpHealth>;
}

/** Creates the source. Nothing is started before something is asked for; a missing yt-dlp shows in `check` and `health`. */
export function createYtdlpSource(options: YtdlpSourceOptions = {}): YtdlpSource {
  return new SiteSource(options);
}

class SiteSource implements YtdlpSource {
  readonly location: string;
  /** Pages may be limited to some hosts; their media lies where their site says. */
  readonly #pages: OutboundGuard;
  readonly #guard: OutboundGuard;
  readonly #program: YtdlpProgram;
  readonly #records = new SiteHealthRecords();
  readonly #gates: SiteGates;
  readonly #suggestions: SiteSuggestions | undefined;
  readonly #listed = new BoundedMap<FoundMedia>(rememberedEntries);
  readonly #resolver: Resolver;
  readonly #listing: SiteListing;
  readonly #clients: HostClients;
  readonly #media: SiteMedia;
  #proxy: Promise<GuardingProxy> | undefined;

  constructor(options: YtdlpSourceOptions) {
    const {
      search,
      format,
      allowedHosts,
      allowedNetworks,
      sourceAddress,
      proxy,
      maxRuns = 4,
      maxWaiting = 500,
    } = options;
    this.location = search === undefined ? "ytdlp:" : `ytdlp:?search=${search}`;
    const egress = { allowedNetworks, sourceAddress, proxy };
    this.#guard = new OutboundGuard(egress);
    this.#pages = new OutboundGuard({ allowedHosts, allowedNetworks });
    this.#program = new YtdlpProgram(options, new ProcessPool(maxRuns, maxWaiting), () => this.#proxyUrl());
    this.#gates = new SiteGates({ perMinute: options.maxPerMinute });
    const parts = { program: this.#program, gates: this.#gates, records: this.#records };
    this.#resolver = new Resolver(parts, format);
    this.#listing = new SiteListing({ ...parts, pages: this.#pages }, search);
    this.#suggestions = options.suggest === undefined ? undefined : new SiteSuggestions(options.suggest, egress);
    this.#clients = new HostClients(this.#guard, options.timeouts);
    this.#media = new SiteMedia({
      resolver: this.#resolver,
      clients: this.#clients,
      guard: this.#guard,
      location: this.location,
      ffmpegPath: options.ffmpegPath,
      // Nobody waits for a place: a stream that does not begin looks broken.
      pool: new ProcessPool(options.maxJoins ?? 16, 0, "ffmpeg"),
      proxyUrl: () => this.#proxyUrl(),
    });
  }

  async open(key: string, options: OpenOptions = {}): Promise<MediaObject> {
    return this.#media.open(this.#itemOf(key), options);
  }

  isPlaylist(key: string): boolean {
    const kind = parseHlsForm(parseItemKey(key, this.location).form)?.kind;
    return kind === "master" || kind === "list";
  }

  async openPlaylist(key: string, options: OpenOptions & { readonly hrefOf: PartHref }): Promise<MediaObject> {
    return this.#media.openPlaylist(this.#itemOf(key), options.hrefOf, options);
  }

  async revalidate(key: string, validator: Validator, options: CallOptions = {}): Promise<Revalidation> {
    return this.#media.revalidate(this.#itemOf(key), validator, options);
  }

  /** Below a page's key and a slash lie the entries of the list that it is. */
  async list(prefix: string, { cursor, limit, signal }: ListOptions = {}): Promise<ListPage> {
    if (!prefix.endsWith("/")) {
      throw new SourceError(
        "unsupported",
        `Cannot list "${prefix}" in ${this.location}: search it, or open an address`,
      );
    }
    const { address } = this.#itemOf(prefix.slice(0, -1));
    const page = await this.entries(address, { cursor, limit, signal });
    const entries = page.entries.map(({ key }) => ({ kind: "object" as const, key }));
    return { entries, nextCursor: page.nextCursor };
  }

  locate(key: string, _options: LocateOptions): Promise<URL> {
    const why = "sites bind addresses to who asked for them";
    return Promise.reject(new SourceError("unsupported", `Cannot locate "${key}" in ${this.location}: ${why}`));
  }

  async check(): Promise<void> {
    await this.#program.check();
  }

  async search(text: string, options: SearchOptions): Promise<readonly FoundMedia[]> {
    const found: FoundMedia[] = [];
    for await (const entry of this.searchAsTheyCome(text, options)) {
      found.push(entry);
      options.onFound?.(entry);
    }
    return found;
  }

  async *searchAsTheyCome(text: string, options: SearchOptions): AsyncGenerator<FoundMedia, void, undefined> {
    const { offset = 0, signal } = options;
    const limit = Math.min(Math.max(1, Math.trunc(options.limit)), 50);
    if (!/^\s*https?:\/\/\S+\s*$/i.test(text)) {
      for await (const found of this.#listing.search(text, { limit, offset, signal })) {
        yield this.#remember(found);
      }
      return;
    }
    const address = this.#pages.vetUrl(text.trim()).href;
    const item = offset === 0 ? await this.#itemAt(address, signal) : undefined;
    yield* item === undefined
      ? (await this.entries(address, { cursor: String(offset + 1), limit, signal })).entries
      : [item];
  }

  /** What is at an address; `undefined` where that is a list. */
  async #itemAt(address: string, signal: AbortSignal | undefined): Promise<FoundMedia | undefined> {
    try {
      return foundByResolving(await this.#resolver.resolve(address, { signal }));
    } catch (error) {
      if (error instanceof ListPageError) {
        return undefined;
      }
      throw error;
    }
  }

  async suggest(text: string, options: SuggestOptions): Promise<readonly string[]> {
    return (await this.#suggestions?.suggest(text, options)) ?? [];
  }

  async describe(key: string, { signal, asListed = false }: DescribeOptions = {}): Promise<FoundMedia> {
    const listed = asListed ? this.#listed.get(key) : undefined;
    if (listed !== undefined) {
      return listed;
    }
    const found = foundByResolving(await this.#resolver.resolve(this.#itemOf(key).address, { signal }));
    return { ...found, key };
  }

  async formats(key: string, { signal }: CallOptions = {}): Promise<readonly MediaFormat[]> {
    return this.#media.formats(this.#itemOf(key), { signal });
  }

  keyOfFormat(key: string, format: string): string {
    return formatItemKey(withForm(parseItemKey(key, this.location), format, this.location));
  }

  keyOfAddress(address: string): string {
    return formatItemKey({ address: this.#pages.vetUrl(address).href });
  }

  async entries(address: string, options: EntryOptions = {}): Promise<EntryPage> {
    const page = await this.#listing.entries(address, options);
    page.entries.forEach((found) => this.#remember(found));
    return page;
  }

  async prepare(key: string, options: CallOptions & Pick<ResolveOptions, "onPosition"> = {}): Promise<void> {
    await this.#media.prepare(this.#itemOf(key), options);
  }

  positionOf(key: string): number | undefined {
    return this.#resolver.positionOf(this.#itemOf(key).address);
  }

  health(): Promise<YtdlpHealth> {
    return describeHealth({ program: this.#program, records: this.#records, gates: this.#gates });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients[Symbol.dispose]();
    this.#suggestions?.[Symbol.dispose]();
    await this.#program[Symbol.asyncDispose]();
    await (await this.#proxy)?.[Symbol.asyncDispose]();
  }

  /** Without what is long: it is for telling one entry of a list from others. */
  #remember(found: FoundMedia): FoundMedia {
    this.#listed.set(found.key, { ...found, description: undefined });
    return found;
  }

  /** Keys come from viewers: the address in one is vetted like any other. */
  #itemOf(key: string): ItemKey {
    const item = parseItemKey(key, this.location);
    return { ...item, address: this.#pages.vetUrl(item.address).href };
  }

  async #proxyUrl(): Promise<string> {
    this.#proxy ??= startGuardingProxy(this.#guard);
    return (await this.#proxy).url;
  }
}
