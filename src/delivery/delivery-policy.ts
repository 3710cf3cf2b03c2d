/** How a source's objects are delivered. */
export interface DeliveryPolicy {
  /**
   * `proxy`: the bytes go through us. `redirect`: 307 to an address of the source's own, where it has such addresses. Browsers
   * go on asking the redirect's *target*, so playback dies when that expires: for downloads and short media only.
   * @default "proxy"
   */
  readonly mode: "proxy" | "redirect";
  /** Life of a redirect's target in seconds, 43,200 (12 h) to 604,800 (7 d, S3's limit). @default 43200 */
  readonly redirectLifetimeSeconds: number;
  /** `Cache-Control` of media. @default "no-cache": kept by browsers, revalidated at each use */
  readonly cacheControl: string;
  /** Origins whose scripts may read media (CORS). @default "*" */
  readonly allowedOrigins: "*" | readonly string[];
  /** `Cross-Origin-Resource-Policy`: who may embed media. @default "cross-origin" */
  readonly crossOriginResourcePolicy: "same-origin" | "same-site" | "cross-origin";
  /**
   * Answers open-ended ranges of Chromium's and Firefox's media elements with at most so many bytes, 3 MiB or more. Everybody else
   * takes a shorter answer for the end of the file and always gets all.
   * @default no limit
   */
  readonly maxResponseBytes?: number | undefined;
}

export const defaultDeliveryPolicy: DeliveryPolicy = {
  mode: "proxy",
  redirectLifetimeSeconds: 43_200,
  cacheControl: "no-cache",
  allowedOrigins: "*",
  crossOriginResourcePolicy: "cross-origin",
};

/** Fewest bytes a capped answer may have: WebKit-based players stall on less. */
const leastResponseBytes = 3 * 1024 * 1024;

/**
 * Fills in the defaults and refuses values that would break players.
 * @throws {RangeError}
 */
export function resolveDeliveryPolicy(options: Partial<DeliveryPolicy>): DeliveryPolicy {
  const policy = { ...defaultDeliveryPolicy, ...options };
  const lifetime = policy.redirectLifetimeSeconds;
  if (!(lifetime >= 43_200 && lifetime <= 604_800)) {
    throw new RangeError(`redirectLifetimeSeconds is ${lifetime}; it must lie between 43200 (12 h) and 604800 (7 d)`);
  }
  const cap = policy.maxResponseBytes;
  if (cap !== undefined && !(Number.isSafeInteger(cap) && cap >= leastResponseBytes)) {
    throw new RangeError(
      `maxResponseBytes is ${cap}; it must be a whole number of at least ${leastResponseBytes} (3 MiB)`,
    );
  }
  return policy;
}
