import type { CatalogItem, Sidecar } from "../catalog/index.ts";
import type { CallOptions, Source } from "../source/index.ts";

/** What the API needs of the library beyond what the catalog tells: pictures, words, and scans. */
export interface MediaLibrary {
  /** The item's picture as it was found, or `undefined` where there is none that can be shown. @throws {SourceError} */
  readArtwork(source: Source, item: PicturedItem, options?: CallOptions): Promise<Uint8Array | undefined>;
  /** The picture, no side longer than `sizePixels`; `undefined` where it cannot be read as one. */
  resizeArtwork(bytes: Uint8Array, options: ResizeOptions): Promise<Uint8Array | undefined>;
  /** Captions or lyrics as WebVTT; `undefined` where they cannot be read as such. @throws {SourceError} */
  readTextTrack(source: Source, sidecar: Sidecar, options?: CallOptions): Promise<string | undefined>;
  /**
   * Begins a scan of a source, unless one is under way.
   * @returns `false` where the source cannot be scanned
   */
  scan(sourceId: string): boolean;
}

/** What is to be known of an item to find its picture. */
export type PicturedItem = Pick<CatalogItem, "key" | "kind" | "sizeBytes" | "artwork">;

/** How a picture is wanted. */
export interface ResizeOptions {
  readonly sizePixels: number;
  readonly format: PictureFormat;
}

/** What pictures are sent as. */
export type PictureFormat = "avif" | "webp" | "jpeg";
