import type { Source } from "../source/index.ts";

/** What the conformance suite needs to exercise one kind of {@link Source}. */
export interface SourceSubject {
  /** Name of the suite in the report: `local folder`. */
  readonly name: string;
  /** Makes a fresh, empty source. Called once; every test uses keys of its own. */
  create(): Promise<SourceFixture>;
  /** What this kind of source refuses with `unsupported`; the suite then tests the refusal instead. @default nothing */
  readonly refuses?: readonly ("list" | "locate")[];
  /** True where an object can be overwritten where it stands, as a file can; the fixture then says how. @default false */
  readonly rewritesInPlace?: boolean;
  /** Tests that do not hold for this source, each with the reason, which stands in the report. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

/** A source under test and the way to change what lies behind it. */
export interface SourceFixture {
  readonly source: Source;
  /** Creates or replaces an object, atomically: a reader sees the old version or the new one. */
  readonly put: (key: string, bytes: Uint8Array) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
  /** Overwrites an existing object where it stands, for subjects whose `rewritesInPlace` is set. */
  readonly rewriteInPlace?: (key: string, bytes: Uint8Array) => Promise<void>;
  /**
   * How many descriptors and sockets are in use on behalf of the source; idle pooled connections do not count.
   * @default the descriptors of the process, where `/proc/self/fd` exists
   */
  readonly countResources?: () => Promise<number>;
  /** Tears down what `create` made. The suite has disposed of the source before. */
  readonly close: () => Promise<void>;
}

/** The test runner's own functions, so that the package depends on no runner: vitest's and `node:test`'s both fit. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  readonly it: {
    (name: string, body: () => Promise<void>): unknown;
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
  beforeAll(body: () => Promise<void>): unknown;
  afterAll(body: () => Promise<void>): unknown;
}

/** One test of the suite. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: (fixture: SourceFixture) => Promise<void>;
}
