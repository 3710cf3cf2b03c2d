import type { Bar } from "../bars.ts";
import type { Fixture } from "../fixture.ts";
import type { BenchOptions } from "../options.ts";

/** What every section is given. */
export interface SectionContext {
  readonly fixture: Fixture;
  readonly options: BenchOptions;
  /** Shows what is going on, to people who wait. */
  readonly progress: (line: string) => void;
}

/** What a section found. */
export interface SectionResult {
  readonly markdown: string;
  readonly bars: readonly Bar[];
}
