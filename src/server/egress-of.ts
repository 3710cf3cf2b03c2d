import type { OutboundGuardOptions } from "../sources/index.ts";
import type { SourceLocation } from "./location.ts";

/** How what a source points at is fetched, its covers and thumbnails: by the ways that its media takes, and into no other networks. */
export function egressOf(location: SourceLocation): OutboundGuardOptions {
  switch (location.kind) {
    case "feed":
      return { allowedNetworks: location.allowedNetworks };
    case "ytdlp": {
      const { allowedNetworks, sourceAddress, proxy } = location.options;
      return { allowedNetworks, sourceAddress, proxy };
    }
    default:
      return {};
  }
}
