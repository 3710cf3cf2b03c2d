import {
  type CallOptions,
  type MediaFormat,
  type MediaObject,
  type OpenOptions,
  type PartHref,
  type Revalidation,
  SourceError,
  type Validator,
} from "../../source/index.ts";
import { openRemoteObject, revalidateRemoteObject } from "../upstream/remote-object.ts";
import { chooseMedia, type MediaChoice } from "./choose-media.ts";
import { ExpiringTarget } from "./expiring-target.ts";
import { parseHlsForm } from "./hls/hls-form.ts";
import { Presentations, type ResolvedItem } from "./hls/presentations.ts";
import type { ItemKey } from "./item-key.ts";
import { type JoinOptions, openJoinedObject, playlistObject } from "./joined-object.ts";
import { isWhole, listForms } from "./list-forms.ts";
import type { SiteFormat } from "./media-format.ts";
import type { Resolution } from "./resolution.ts";
import type { ResolveOptions, Resolver } from "./resolver.ts";
import type { SiteHosts } from "./site-request.ts";

/** What media is opened with. */
export interface SiteMediaParts extends SiteHosts, Omit<JoinOptions, "name"> {
  readonly resolver: Resolver;
  /** Of the source, for messages. */
  readonly location: string;
  /** Of the proxy through which ffmpeg fetches. */
  readonly proxyUrl: () => Promise<string>;
}

/** The media of sites' items: what the form of a key means, and how it is opened. */
export class SiteMedia {
  readonly #parts: SiteMediaParts;
  readonly #presentations: Presentations;
  readonly #seenSizes = new WeakMap<SiteFormat, number>();

  constructor(parts: SiteMediaParts) {
    this.#parts = parts;
    this.#presentations = new Presentations(parts, (resolution, format, options) =>
      this.#openFormat(this.#named(resolution), format, options),
    );
  }

  async open(key: ItemKey, options: OpenOptions & ResolveOptions): Promise<MediaObject> {
    const item = await this.#resolve(key, options);
    const part = parseHlsForm(key.form);
    return part === undefined
      ? this.#openChoice(item, this.#choose(item, key.form), options)
      : this.#presentations.openPart(item, part, options);
  }

  /** @throws {SourceError} `unsupported` for a form that is no playlist */
  async openPlaylist(key: ItemKey, hrefOf: PartHref, options: CallOptions): Promise<MediaObject> {
    const form = parseHlsForm(key.form);
    const item = await this.#resolve(key, options);
    if (form?.kind !== "master" && form?.kind !== "list") {
      throw new SourceError("unsupported", `Cannot open "${key.form ?? ""}" of ${item.name} as a playlist`);
    }
    return this.#presentations.openPlaylist(item, form, hrefOf, options);
  }

  async revalidate(key: ItemKey, validator: Validator, options: CallOptions): Promise<Revalidation> {
    const item = await this.#resolve(key, options);
    const part = parseHlsForm(key.form);
    if (part !== undefined && part.kind !== "track") {
      return this.#presentations.revalidatePart(item, part, validator, options);
    }
    const choice = this.#choose(item, part === undefined ? key.form : undefined, part?.formatId);
    if (choice.kind !== "file" || !isWhole(choice)) {
      throw new SourceError("unsupported", `Cannot ask for the version of ${item.name}: it is made while it is read`);
    }
    return revalidateRemoteObject(this.#target(item, choice.format), validator, options);
  }

  async formats(key: ItemKey, options: CallOptions): Promise<readonly MediaFormat[]> {
    const item = await this.#resolve(key, options);
    return listForms(item.resolution, key.form, await this.#presentation(item, key.form, options));
  }

  /** Asks for a byte, too: that an address does not work is better found out now than at the click. */
  async prepare(key: ItemKey, options: CallOptions & ResolveOptions): Promise<void> {
    const item = await this.#resolve(key, { ...options, urgency: "background" });
    const choice = parseHlsForm(key.form) === undefined ? this.#choose(item, key.form) : undefined;
    const presentation = isWhole(choice) ? undefined : await this.#presentation(item, key.form, options);
    await using _object =
      choice === undefined || presentation !== undefined
        ? await this.#presentations.openPart(item, parseHlsForm(key.form) ?? all, options)
        : await this.#openChoice(item, choice, { ...options, intent: "metadata" });
  }

  /** Only what would be played first is looked at: of a file's presentation it is taken on trust that it has an index. */
  async #presentation(
    item: ResolvedItem,
    form: string | undefined,
    options: CallOptions,
  ): ReturnType<Presentations["checked"]> {
    return isWhole(chooseMedia(item.resolution, form))
      ? this.#presentations.trusted(item)
      : this.#presentations.checked(item, options);
  }

  async #resolve({ address }: ItemKey, options: ResolveOptions): Promise<ResolvedItem> {
    return this.#named(await this.#parts.resolver.resolve(address, options));
  }

  #named(resolution: Resolution): ResolvedItem {
    const { extractor, id } = resolution.item.identity;
    return { resolution, name: `${extractor} ${id} in ${this.#parts.location}` };
  }

  #choose({ resolution, name }: ResolvedItem, form: string | undefined, formatId?: string): MediaChoice {
    const format = resolution.formats.find(({ id }) => id === formatId);
    const choice = format === undefined ? chooseMedia(resolution, form) : { kind: "file" as const, format };
    if (choice === undefined) {
      const offered = resolution.formats.map(({ id }) => id).join(", ");
      throw new SourceError("not-found", `Cannot open ${name}: it has no format "${form}", but ${offered}`);
    }
    return choice;
  }

  async #openChoice(item: ResolvedItem, choice: MediaChoice, options: OpenOptions): Promise<MediaObject> {
    const join = { name: item.name, ffmpegPath: this.#parts.ffmpegPath, pool: this.#parts.pool };
    switch (choice.kind) {
      case "file":
        return this.#openFormat(item, choice.format, options);
      case "pair":
        return openJoinedObject(choice.pair, join, (format, how) => this.#openFormat(item, format, how), options);
      case "playlists":
        choice.formats.forEach(({ address }) => this.#parts.guard.vetUrl(address));
        return playlistObject(choice.formats, join, await this.#parts.proxyUrl());
    }
  }

  #openFormat(item: ResolvedItem, format: SiteFormat, options: OpenOptions): Promise<MediaObject> {
    return format.kind === "fragments"
      ? this.#presentations.openWhole(item, format)
      : openRemoteObject(this.#target(item, format), options);
  }

  #target({ resolution, name }: ResolvedItem, format: SiteFormat): ExpiringTarget {
    return new ExpiringTarget({ ...this.#parts, seenSizes: this.#seenSizes, name }, resolution, format);
  }
}

const all = { kind: "master", formatId: undefined } as const;
