import { BoundedMap, CollectingSink } from "../../../bytes/index.ts";
import {
  type CallOptions,
  type MediaObject,
  type OpenOptions,
  type Revalidation,
  SourceError,
  type Validator,
} from "../../../source/index.ts";
import { openRemoteObject, revalidateRemoteObject } from "../../upstream/remote-object.ts";
import { ExpiredAddressError, type FormatPlace, formatIn } from "./fresh-addresses.ts";
import { formatHlsForm, type HlsPiece } from "./hls-form.ts";
import { PartObject, rangeInWhole } from "./part-object.ts";
import { type PieceContext, PieceTarget } from "./piece-target.ts";
import { SmallObject } from "./small-object.ts";

const keyBytes = 16;
const refusedForMs = 10_000;
const rememberedRefusals = 1000;

/** Opens the pieces of lists. */
export class PieceOpener {
  readonly #context: PieceContext;
  /** Pieces that were not to be had at new addresses either: players ask again at once, and each time would be a run of yt-dlp. */
  readonly #refused = new BoundedMap<{ readonly error: SourceError; readonly untilMs: number }>(rememberedRefusals);

  constructor(context: PieceContext) {
    this.#context = context;
  }

  /** @throws {SourceError} `changed` where the list is another than the one that the piece was named in */
  async open(place: FormatPlace, piece: HlsPiece, options: OpenOptions): Promise<MediaObject> {
    const key = `${place.resolution.item.address} ${formatHlsForm(piece)}`;
    const refusal = this.#refused.get(key);
    if (refusal !== undefined && Date.now() < refusal.untilMs) {
      throw refusal.error;
    }
    try {
      return await openTarget(this.#target(place, piece), options);
    } catch (error) {
      if (error instanceof ExpiredAddressError) {
        this.#refused.set(key, { error, untilMs: Date.now() + refusedForMs });
      }
      throw error;
    }
  }

  /** A key, read to its end: it is never kept. @throws {SourceError} `bad-upstream` for what cannot be one */
  async openKey(place: FormatPlace, piece: HlsPiece, options: OpenOptions): Promise<MediaObject> {
    await using object = await this.open(place, piece, { ...options, intent: undefined });
    if (object.sizeBytes !== keyBytes) {
      const found = object.sizeBytes === undefined ? "one of unknown length" : `${object.sizeBytes} bytes`;
      throw new SourceError("bad-upstream", `Cannot play ${place.name}: a key has ${keyBytes} bytes, not ${found}`);
    }
    const sink = new CollectingSink();
    await object.read({ start: 0, end: keyBytes }, sink, options);
    return new SmallObject(sink.bytes(), "application/octet-stream");
  }

  /** @throws {SourceError} */
  revalidate(place: FormatPlace, piece: HlsPiece, validator: Validator, options: CallOptions): Promise<Revalidation> {
    return revalidateRemoteObject(this.#target(place, piece), validator, options);
  }

  #target(place: FormatPlace, piece: HlsPiece): PieceTarget {
    return new PieceTarget(this.#context, place, piece, formatIn(place.resolution, place));
  }
}

async function openTarget(target: PieceTarget, options: OpenOptions): Promise<MediaObject> {
  const { range } = await target.file(options);
  if (range !== undefined) {
    const intent = options.intent === "metadata" ? options.intent : rangeInWhole(options.intent, range);
    return new PartObject(await openRemoteObject(target, { ...options, intent }), range, target.name);
  }
  // All of it in one request: where nothing tells its version, a second answer could not be joined to the first.
  const whole = { kind: "bounded" as const, start: 0, end: target.maxSpanBytes };
  return openRemoteObject(target, { ...options, intent: options.intent ?? whole });
}
