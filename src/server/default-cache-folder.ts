import { isAbsolute, join } from "node:path";

/** What the system's customs are told by. */
export interface CachePlace {
  /** `XDG_CACHE_HOME` or `LOCALAPPDATA`; ignored unless absolute, as the XDG specification has it. */
  readonly cacheHome: string | undefined;
  readonly home: string;
  /** @default this system's */
  readonly platform?: NodeJS.Platform;
}

/** The user's own folder for what may be thrown away: backups leave it out, and cleaning programs know it. */
export function defaultCacheFolder({ cacheHome, home, platform = process.platform }: CachePlace): string {
  const customary = platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
  return join(cacheHome !== undefined && isAbsolute(cacheHome) ? cacheHome : customary, "sluice");
}
