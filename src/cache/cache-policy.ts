/** How a cached source treats its objects. */
export interface CachePolicy {
  /** How long a version counts as current without asking, where its source does not say. Seconds. @default 60 */
  readonly freshForSeconds: number;
  /** How long past that it is still served at once while one request revalidates it. Seconds. @default 60 */
  readonly staleWhileRevalidateSeconds: number;
  /** How long past that it is served when the source cannot be reached. Seconds. @default 86400 */
  readonly staleIfErrorSeconds: number;
  /** How long "there is no such object" is believed. Seconds. @default 5 */
  readonly notFoundForSeconds: number;
  /**
   * How far flights run ahead of their fastest reader: `exact` for sources that charge by the byte, `balanced`, or
   * `eager` for near ones, which also fetches the tail of containers that keep their index there.
   * @default "balanced"
   */
  readonly readAhead: "exact" | "balanced" | "eager";
  /**
   * Keep and join bytes also under tags that cannot tell two versions apart for certain (a weak tag, a date that is too young).
   * @default false
   */
  readonly trustWeakValidators: boolean;
}

export const defaultCachePolicy: CachePolicy = {
  freshForSeconds: 60,
  staleWhileRevalidateSeconds: 60,
  staleIfErrorSeconds: 86_400,
  notFoundForSeconds: 5,
  readAhead: "balanced",
  trustWeakValidators: false,
};
