import type { Network } from "../outbound/address-fault.ts";
import type { UpstreamTimeouts } from "../upstream/upstream-response.ts";
import type { YtdlpProgramOptions } from "./ytdlp-program.ts";

/** What an operator can set. */
export interface YtdlpSourceOptions extends YtdlpProgramOptions {
  /** The site's search, as yt-dlp calls it: `ytsearch`. Without it only addresses can be opened. */
  readonly search?: string | undefined;
  /** Which format to prefer, in yt-dlp's words: `best[height<=720]`. @default the best with sound and picture */
  readonly format?: string | undefined;
  /** Sites whose pages may be opened, each with all below it: `["youtube.com"]`. @default all that have public addresses */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Networks that may be reached although they are not public, for LANs and tests. @default none */
  readonly allowedNetworks?: readonly Network[] | undefined;
  /** The address of ours that sites see: many bind media to it. @default the system's choice */
  readonly sourceAddress?: string | undefined;
  /**
   * The operator's own HTTP proxy, `http://user:password@proxy.example:3128`: yt-dlp and all reads of media go through it, for many sites bind
   * media to the address that asked for it. Only tunnels are asked of it, to addresses that were vetted here.
   */
  readonly proxy?: URL | undefined;
  /** The address of a service that completes what is typed, with `{q}` for the words. It learns what viewers type. @default none is asked */
  readonly suggest?: string | undefined;
  /** Joins sound and picture that a site keeps apart. @default "ffmpeg" */
  readonly ffmpegPath?: string | undefined;
  /** Streams that are joined at the same time. @default 16 */
  readonly maxJoins?: number | undefined;
  /** Runs of yt-dlp at the same time. @default 4 */
  readonly maxRuns?: number | undefined;
  /** Runs that may wait for their turn. @default 500 */
  readonly maxWaiting?: number | undefined;
  /** Runs for one site in a minute. @default 240 */
  readonly maxPerMinute?: number | undefined;
  readonly timeouts?: Partial<UpstreamTimeouts> | undefined;
}
