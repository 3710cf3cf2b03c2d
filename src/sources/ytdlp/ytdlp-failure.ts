import { SourceError, type SourceErrorCode } from "../../source/index.ts";
import { refusedPhrase } from "../outbound/guarding-proxy.ts";
import type { ProcessFailure } from "./process-lines.ts";

/** What kind of trouble a site made, in words that fit "3 failed: …". */
export type FailureReason =
  | "private or for members"
  | "not available here"
  | "protected by DRM"
  | "gone"
  | "not yet published"
  | "unknown site"
  | "asked too often"
  | "out of reach"
  | "address not permitted"
  | "extractor out of date"
  | "out of memory"
  | "took too long"
  | "yt-dlp cannot be run"
  | "yt-dlp is busy"
  | "asked as often as permitted"
  | "left alone for now"
  | "refused by the site"
  | "other";

interface Rule {
  readonly pattern: RegExp;
  readonly reason: FailureReason;
  readonly code: SourceErrorCode;
  readonly retryAfterSeconds?: number;
}

/** In the order they are tried. Extractors put the same things in a hundred ways; these are the words that they share. */
const rules: readonly Rule[] = [
  {
    pattern: new RegExp(refusedPhrase, "i"),
    reason: "address not permitted",
    code: "forbidden",
  },
  { pattern: /\bDRM\b/i, reason: "protected by DRM", code: "forbidden" },
  {
    pattern:
      /private video|\bsign in\b|\blog ?in\b|members[ -]only|registered users|premium|subscri|purchase|confirm your age/i,
    reason: "private or for members",
    code: "forbidden",
  },
  {
    pattern: /\bavailable (?:in|from) your|geo.?restrict|blocked it in your/i,
    reason: "not available here",
    code: "forbidden",
  },
  {
    pattern: /premieres? in|will begin|live event|not (?:yet )?started|upcoming|scheduled/i,
    reason: "not yet published",
    code: "unavailable",
  },
  {
    pattern: /HTTP Error 429|too many requests|rate.?limit/i,
    reason: "asked too often",
    code: "unavailable",
    retryAfterSeconds: 60,
  },
  {
    pattern:
      /HTTP Error (?:404|410)|video unavailable|no longer available|(?:has been|was) (?:removed|deleted)|does(?: not|n't) exist|not found/i,
    reason: "gone",
    code: "not-found",
  },
  { pattern: /HTTP Error 40[13]/i, reason: "refused by the site", code: "forbidden" },
  { pattern: /unsupported URL|no suitable extractor/i, reason: "unknown site", code: "unsupported" },
  { pattern: /MemoryError|cannot allocate memory/i, reason: "out of memory", code: "unavailable" },
  {
    pattern: /HTTP Error 5\d\d|urlopen error|timed out|connection|resolve|getaddrinfo|tunnel|remote end closed/i,
    reason: "out of reach",
    code: "unavailable",
    retryAfterSeconds: 5,
  },
  {
    pattern:
      /unable to (?:extract|download)|please report this issue|player|no video formats|failed to (?:parse|extract)|traceback|nsig/i,
    reason: "extractor out of date",
    code: "bad-upstream",
  },
];

/** A {@link SourceError} that also says which extractor failed, and why, for the record that is kept of sites. */
export class YtdlpError extends SourceError {
  readonly reason: FailureReason;
  readonly extractor: string | undefined;

  constructor(
    code: SourceErrorCode,
    reason: FailureReason,
    message: string,
    options: { readonly extractor?: string | undefined; readonly retryAfterSeconds?: number | undefined } = {},
  ) {
    super(code, message, { retryAfterSeconds: options.retryAfterSeconds });
    this.reason = reason;
    this.extractor = options.extractor;
  }
}

const ourTroubles: ReadonlySet<FailureReason> = new Set<FailureReason>([
  "yt-dlp cannot be run",
  "yt-dlp is busy",
  "asked as often as permitted",
  "left alone for now",
]);

/** True for what says nothing about a site: our own program is missing, has too much to do, or may not ask now. */
export function isOurTrouble(error: unknown): boolean {
  return error instanceof YtdlpError && ourTroubles.has(error.reason);
}

/** Reads what yt-dlp says on its way out: `ERROR: [youtube] dQw4: Private video. …`. */
export function explainFailure(doing: string, { how, stderr }: ProcessFailure): YtdlpError {
  const lines = stderr.trim().split("\n");
  const line = lines.findLast((text) => text.startsWith("ERROR:")) ?? lines.findLast((text) => text.trim() !== "");
  const [, extractor, words = ""] = /^(?:ERROR: )?(?:\[([^\]]+)\] )?(.*)$/s.exec(line ?? "") ?? [];
  // What follows is advice on reporting to yt-dlp, which names no cause.
  const said = words.replace(/;? please report this issue[\s\S]*$/i, "").slice(0, 300);
  const rule = rules.find(({ pattern }) => pattern.test(words)) ?? rules.find(({ pattern }) => pattern.test(stderr));
  const message = `Cannot ${doing}: ${said === "" ? `yt-dlp ended with ${how} and said nothing` : said}`;
  return new YtdlpError(rule?.code ?? "bad-upstream", rule?.reason ?? "other", message, {
    extractor,
    retryAfterSeconds: rule?.retryAfterSeconds,
  });
}
