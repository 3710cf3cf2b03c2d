import type { SearchableSource } from "../source/index.ts";
import type { MountedSource } from "./mounted-source.ts";

/** A source as the library's API knows it. */
export interface ApiSource extends MountedSource {
  /** Its id in the catalog, which does not change with its name. */
  readonly sourceId: string;
  /** Where it can be searched at once: the source itself, without what was put around it. */
  readonly searchable?: SearchableSource | undefined;
}

/** The sources, by either of their names. */
export interface ApiSources {
  readonly all: readonly ApiSource[];
  /**
   * For every question to the catalog, which may hold what this server does not serve: a database shared with others, locations of
   * another time. In one order on every node, as cursors go from one to the other.
   */
  readonly ids: readonly string[];
  byName(name: string): ApiSource | undefined;
  byId(sourceId: string): ApiSource | undefined;
}

/** Makes sources easy to find. */
export function createApiSources(sources: Iterable<ApiSource>): ApiSources {
  const all = [...sources];
  const names = new Map(all.map((source) => [source.name, source]));
  const ids = new Map(all.map((source) => [source.sourceId, source]));
  return {
    all,
    ids: [...ids.keys()].toSorted(),
    byName: (name) => names.get(name),
    byId: (sourceId) => ids.get(sourceId),
  };
}
