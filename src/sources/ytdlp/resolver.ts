import { BoundedMap } from "../../bytes/index.ts";
import { isSourceError, SourceError } from "../../source/index.ts";
import { type JsonObject, parseJsonObject, textIn } from "./json-reader.ts";
import type { EnterOptions } from "./process-pool.ts";
import { parseResolution, type Resolution } from "./resolution.ts";
import { QueuedCalls } from "./queued-calls.ts";
import type { SiteGates } from "./site-gates.ts";
import type { SiteHealthRecords } from "./site-health.ts";
import { isOurTrouble, YtdlpError } from "./ytdlp-failure.ts";
import type { YtdlpProgram } from "./ytdlp-program.ts";

/** Options of {@link Resolver.resolve}. */
export type ResolveOptions = Partial<EnterOptions>;

/** What a {@link Resolver} works with. */
export interface ResolverParts {
  readonly program: YtdlpProgram;
  readonly gates: SiteGates;
  readonly records: SiteHealthRecords;
}

/** A page that is a list of others. */
export class ListPageError extends YtdlpError {}

interface Refusal {
  readonly error: SourceError;
  readonly untilMs: number;
}

/** Items remembered. Each is some 100 KB at worst, for sites with many formats. */
const rememberedItems = 300;
/** How long an error is repeated instead of asking again: long enough for players that try again at once. */
const refusedForMs = 10_000;
const goneForMs = 60_000;
const renewedForMs = 10_000;

/** Finds the addresses of items' media, and remembers them for most of their lives: finding them takes a second or more. */
export class Resolver {
  readonly #program: YtdlpProgram;
  readonly #gates: SiteGates;
  readonly #health: SiteHealthRecords;
  readonly #format: string | undefined;
  readonly #resolutions = new BoundedMap<Resolution>(rememberedItems);
  /** When items were last resolved anew because their addresses did not work, in milliseconds since 1970. */
  readonly #renewals = new BoundedMap<number>(rememberedItems);
  readonly #refusals = new BoundedMap<Refusal>(rememberedItems);
  readonly #running = new QueuedCalls<Resolution>();

  /** @param format the operator's choice, in yt-dlp's words */
  constructor({ program, gates, records }: ResolverParts, format: string | undefined) {
    this.#program = program;
    this.#gates = gates;
    this.#health = records;
    this.#format = format;
  }

  /** What is known of a page already, while its addresses may still work. */
  known(address: string): Resolution | undefined {
    const known = this.#resolutions.get(address);
    return known !== undefined && Date.now() < known.usableUntilMs ? known : undefined;
  }

  /** The place in the queue of what is being resolved, 0 while yt-dlp works on it, `undefined` where it is not. */
  positionOf(address: string): number | undefined {
    return this.#running.positionOf(address);
  }

  /**
   * Resolves a page, or tells what is known: for most of an address's life at once, near its end with an eye on the next.
   * @throws {SourceError}
   */
  async resolve(address: string, options: ResolveOptions = {}): Promise<Resolution> {
    const known = this.known(address);
    if (known === undefined) {
      this.#throwIfRefused(address);
      return this.#run(address, options);
    }
    if (Date.now() >= known.freshUntilMs && this.positionOf(address) === undefined) {
      this.#run(address, { urgency: "urgent" }).catch(() => undefined);
    }
    return known;
  }

  /**
   * Resolves anew, because the addresses of `stale` do not work. Those who find that out at the same time share it, and whoever finds
   * it out later gets what has come since.
   * @throws {SourceError}
   */
  async renew(stale: Resolution, options: ResolveOptions = {}): Promise<Resolution> {
    const { address } = stale.item;
    const known = this.known(address);
    if (known !== undefined && known !== stale) {
      return known;
    }
    this.#resolutions.delete(address);
    this.#throwIfRefused(address);
    this.#renewals.set(address, Date.now());
    return this.#run(address, { urgency: "urgent", ...options });
  }

  /** True where a new address was found a moment ago: a host that is out of reach is not mended by one more. */
  hasJustRenewed({ item }: Resolution): boolean {
    return Date.now() - (this.#renewals.get(item.address) ?? 0) < renewedForMs;
  }

  /** Notes that fresh addresses are refused as well: asking for more of them at once would not help. */
  noteRefused(resolution: Resolution, { code, message }: SourceError): void {
    const { address, identity } = resolution.item;
    const error = new YtdlpError(code, "refused by the site", message, { extractor: identity.extractor });
    this.#resolutions.delete(address);
    this.#refusals.set(address, { error, untilMs: Date.now() + refusedForMs });
    this.#health.failed(identity.extractor, 0, error);
  }

  /** What a page is, be it an item or a list: all that yt-dlp prints of it, with no more than the list's first entry. */
  async #look(address: string, options: EnterOptions): Promise<JsonObject> {
    const choice = this.#format === undefined ? [] : ["-f", this.#format];
    const args = ["--dump-single-json", "--no-playlist", "--flat-playlist", "--playlist-items", "1", ...choice];
    for await (const line of this.#program.lines({ ...options, doing: `resolve ${address}`, args, input: address })) {
      const info = parseJsonObject(line);
      if (info !== undefined) {
        return info;
      }
    }
    throw new YtdlpError("bad-upstream", "other", `Cannot resolve ${address}: yt-dlp printed nothing about it`);
  }

  #run(address: string, { urgency = "normal", signal, onPosition }: ResolveOptions): Promise<Resolution> {
    const result = this.#running.run(address, { signal, onPosition }, async (shared, tellPosition) => {
      const startedAt = performance.now();
      let begunAt = startedAt;
      const onMoved = (position: number): void => {
        begunAt = performance.now();
        tellPosition(position);
      };
      try {
        const options = { urgency, name: address, signal: shared, onPosition: onMoved };
        const resolution = await this.#ask(address, options);
        this.#health.succeeded(resolution.item.identity.extractor, performance.now() - begunAt);
        return resolution;
      } catch (error) {
        this.#noteFailure(address, error, performance.now() - begunAt);
        throw error;
      }
    });
    // It may have been waiting already, for somebody who was in less of a hurry.
    this.#program.pool.raise(address, urgency);
    return result;
  }

  async #ask(address: string, options: EnterOptions): Promise<Resolution> {
    const pass = await this.#gates.enter(this.#gates.siteOf(address), address, options);
    try {
      const resolution = this.#accept(await this.#look(address, options), address);
      pass.succeeded();
      this.#gates.learn(address, resolution.item.identity.extractor);
      return resolution;
    } catch (error) {
      if (error instanceof ListPageError) pass.succeeded();
      else pass.failed(error);
      throw error;
    }
  }

  #accept(info: JsonObject, address: string): Resolution {
    if (textIn(info, "_type") === "playlist" || textIn(info, "_type") === "multi_video") {
      throw new ListPageError("unsupported", "other", `Cannot play ${address}: it is a list`, {
        extractor: textIn(info, "extractor"),
      });
    }
    const resolution = parseResolution(info, address, this.#format !== undefined);
    this.#resolutions.set(address, resolution);
    this.#refusals.delete(address);
    return resolution;
  }

  #noteFailure(address: string, error: unknown, tookMs: number): void {
    const saysNothing = error instanceof ListPageError || isOurTrouble(error) || isSourceError(error, "aborted");
    if (saysNothing || !isSourceError(error)) {
      return;
    }
    const extractor = error instanceof YtdlpError ? error.extractor : undefined;
    this.#health.failed(extractor ?? URL.parse(address)?.hostname ?? "unknown", tookMs, error);
    this.#refuse(address, error);
  }

  #refuse(address: string, error: SourceError): void {
    const forMs = error.code === "not-found" ? goneForMs : refusedForMs;
    this.#refusals.set(address, { error, untilMs: Date.now() + forMs });
  }

  #throwIfRefused(address: string): void {
    const refusal = this.#refusals.get(address);
    if (refusal !== undefined && Date.now() < refusal.untilMs) {
      throw refusal.error;
    }
  }
}
