import { basename } from "node:path";
import type { MediaHandlerOptions } from "../delivery/index.ts";
import type { ServerConfig } from "./config.ts";
import type { SourceConfig } from "./source-config.ts";

/** Viewers need not know where on the disk a folder lies. */
export function labelOf({ location }: SourceConfig): string {
  return location.kind === "local" ? basename(location.root) : location.text;
}

/** How a source's objects are delivered. */
export function deliveryOf(entry: SourceConfig, config: ServerConfig): MediaHandlerOptions {
  const cacheControl = entry.cacheControl ?? config.cacheControl;
  const { redirectLifetimeSeconds } = entry;
  return {
    mode: entry.delivery,
    allowedOrigins: config.allowedOrigins,
    crossOriginResourcePolicy: config.crossOriginResourcePolicy,
    maxResponseBytes: config.maxResponseBytes,
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(redirectLifetimeSeconds === undefined ? {} : { redirectLifetimeSeconds }),
  };
}
