import { type CacheAccess, openCacheAccess } from "./cache-access.ts";
import type { CacheAction } from "./command-line.ts";
import type { ServerConfig } from "./config.ts";
import { formatSize } from "./size.ts";

/**
 * `sluice cache ls|stat|purge [source[/path]]`.
 * @param place `""` for everything
 * @throws {StartError}
 */
export async function runCacheCommand(
  action: CacheAction,
  place: string,
  config: ServerConfig,
  print: (line: string) => void,
): Promise<void> {
  await using cache = await openCacheAccess(config);
  switch (action) {
    case "ls":
      // Awaited here, for the cache is closed at the return.
      return await printListing(cache, place, print);
    case "stat":
      return await printSummary(cache, place, config, print);
    case "purge": {
      const { objects, slices, bytes } = await cache.purge(place);
      print(`Dropped ${counted(objects, "object")}, ${counted(slices, "slice")}, ${formatSize(bytes)}.`);
    }
  }
}

async function printListing(cache: CacheAccess, place: string, print: (line: string) => void): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await cache.list(place, cursor);
    for (const { bytes, name } of page.entries) {
      // A name may hold a line break, and a terminal's control sequences too.
      print(`${formatSize(bytes).padStart(10)}  ${name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\ufffd")}`);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function printSummary(
  cache: CacheAccess,
  place: string,
  config: ServerConfig,
  print: (line: string) => void,
): Promise<void> {
  const { state, limitBytes, totals } = await cache.summarize(place);
  const limit = limitBytes === 0 ? "" : ` of ${formatSize(limitBytes)}`;
  print(`folder   ${config.cache.folder}`);
  print(`state    ${state.kind === "on" ? "on" : `off: ${state.reason}`}`);
  print(`held     ${formatSize(totals.bytes)}${place === "" ? limit : ` in ${place}`}`);
  print(`objects  ${totals.objects}`);
  print(`slices   ${totals.slices}`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
