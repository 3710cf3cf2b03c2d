import { assertRangeWithin, type ByteRange, type ByteSink } from "../../bytes/index.ts";
import { type MediaObject, type OpenOptions, type ReadOptions, SourceError } from "../../source/index.ts";
import { formatHlsForm, type HlsPiece } from "./hls/hls-form.ts";
import type { SiteFormat } from "./media-format.ts";

/** Opens one piece of a format. */
export type OpenPiece = (piece: HlsPiece, options: OpenOptions) => Promise<MediaObject>;

/** What is in pieces, one after the other, as one stream: how long it will be shows at its end. */
export class WholeTrack implements MediaObject {
  readonly sizeBytes = undefined;
  readonly validator = undefined;
  readonly mediaType: string;
  readonly modifiedAt = undefined;
  readonly #pieces: readonly HlsPiece[];
  readonly #openPiece: OpenPiece;

  constructor({ mediaType }: SiteFormat, pieces: readonly HlsPiece[], openPiece: OpenPiece) {
    this.mediaType = mediaType;
    this.#pieces = pieces;
    this.#openPiece = openPiece;
  }

  async read(range: ByteRange, sink: ByteSink, options: ReadOptions = {}): Promise<void> {
    assertRangeWithin(range, undefined);
    if (range.start !== 0) {
      const [first] = this.#pieces;
      const what = first === undefined ? "nothing" : formatHlsForm(first);
      throw new SourceError("unsupported", `Cannot read from the middle of what begins with ${what}: it is in pieces`);
    }
    for (const piece of this.#pieces) {
      await using object = await this.#openPiece(piece, options);
      await object.read({ start: 0, end: object.sizeBytes ?? Number.POSITIVE_INFINITY }, sink, options);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
