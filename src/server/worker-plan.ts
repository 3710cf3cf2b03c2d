import { cacheNameOf } from "./cache-name.ts";
import type { ServerConfig } from "./config.ts";
import type { ServerCache } from "./open-cache.ts";
import type { SourceConfig } from "./source-config.ts";
import { deliveryOf, labelOf } from "./source-delivery.ts";
import type { WorkerPlan, WorkerSource } from "./worker-messages.ts";

/** What workers are told of the configuration. */
export function planWorkers(
  config: ServerConfig,
  cache: ServerCache | undefined,
  { ownerSocket, tls }: Pick<WorkerPlan, "ownerSocket" | "tls">,
): WorkerPlan {
  return {
    listen: { host: config.host, port: config.port },
    ownerSocket,
    tls,
    logLevel: config.logLevel,
    sliceBytes: config.cache.sliceBytes,
    memoryBytes: memoryShareOf(config),
    // Whether a signature opens an item is for the owner to say.
    sources: (config.requireSigned ? [] : config.sources).flatMap((entry): WorkerSource[] => {
      // Only the owner opens signed addresses, and where all must be signed nothing else is media.
      const bytes = config.requireSigned ? undefined : bytesOf(entry, cache);
      return bytes === undefined
        ? []
        : [{ name: entry.name, label: labelOf(entry), delivery: deliveryOf(entry, config), bytes }];
    }),
  };
}

/** Each worker's part of the memory for parts often read. What is hot is read by workers; the owner, who seldom reads, does without. */
function memoryShareOf({ cache, workers }: ServerConfig): number {
  return Math.floor(cache.memoryBytes / workers);
}

function bytesOf(entry: SourceConfig, cache: ServerCache | undefined): WorkerSource["bytes"] | undefined {
  // A redirect needs the credentials, which the owner keeps to himself.
  if (entry.delivery === "redirect") {
    return undefined;
  }
  if (entry.caching !== undefined && cache?.store !== undefined) {
    return { kind: "held", cacheName: cacheNameOf(entry) };
  }
  return entry.location.kind === "local" ? { kind: "folder", root: entry.location.root } : undefined;
}
