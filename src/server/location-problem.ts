import type { SourceCacheSettings } from "./source-cache.ts";

/** What all kinds of location have. */
export interface LocationBase {
  readonly name?: string | undefined;
  readonly defaultName: string;
  /** The location for people; holds no credentials. */
  readonly text: string;
  /** What its query says about caching. */
  readonly caching?: SourceCacheSettings;
}

/** Why a location is not one, and the fix. */
export interface LocationProblem {
  readonly kind: "problem";
  readonly detail: string;
}

/** A {@link LocationProblem}. */
export function locationProblem(detail: string): LocationProblem {
  return { kind: "problem", detail };
}
