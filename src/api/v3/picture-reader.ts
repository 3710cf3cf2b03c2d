import { type CatalogItem } from "../../catalog/index.ts";
import { type FoundArtwork, readArtworkObject, readEmbeddedArtwork } from "../../library/index.ts";
import type { CallOptions } from "../../source/index.ts";
import type { ApiSource } from "../api-source.ts";
import type { LibraryServices } from "../library-services.ts";

/** Where an item's picture is looked for, or who says where it lies. */
export type PictureSource = Pick<ApiSource, "name" | "source">;

/** What is to be known of an item to find its picture. */
export type PicturedItem = Pick<CatalogItem, "key" | "kind" | "artwork">;

/**
 * An item's picture as it was found, wherever it is. An image is its own.
 * @throws {SourceError} where what holds it cannot be read
 */
export async function readPicture(
  { name, source }: PictureSource,
  { key, kind, artwork }: PicturedItem,
  services: Pick<LibraryServices, "fetchPicture">,
  options: CallOptions,
): Promise<FoundArtwork> {
  switch (artwork?.type) {
    case "embedded":
      return readEmbeddedArtwork(source, key, options);
    case "object":
      return readArtworkObject(source, artwork.key, options);
    case "url":
      return services.fetchPicture === undefined
        ? { problem: "Its picture lies elsewhere, and this server fetches none from there" }
        : { bytes: await services.fetchPicture(artwork.url, { ...options, source: name }) };
    case undefined:
      return kind === "image" ? readArtworkObject(source, key, options) : { problem: "It has no picture" };
  }
}
