import type { SliceStore } from "../cache/slice-store.ts";

/** What the conformance suite needs to exercise one kind of {@link SliceStore}. */
export interface SliceStoreSubject {
  /** Name of the suite in the report: `memory`. */
  readonly name: string;
  /** Makes a fresh, empty store. Each test asks for its own. */
  create(options: SliceStoreWish): Promise<SliceStoreFixture>;
  /** Repeats an earlier run of the randomised test. @default another one each time; it stands in the test's name */
  readonly seed?: number | undefined;
}

/** The store a test wants. */
export interface SliceStoreWish {
  readonly sliceBytes: number;
  readonly limitBytes: number;
}

/** A store under test. */
export interface SliceStoreFixture {
  readonly store: SliceStore;
  /** Disposes of the store and opens what it left, for stores that outlive their process. */
  readonly reopen?: (() => Promise<SliceStore>) | undefined;
  /** Bytes in use, measured from outside while nothing goes on in the store. @default what `stat()` tells */
  readonly measureBytes?: (() => Promise<number>) | undefined;
  /** Bytes in use at one moment, measured from outside in the midst of everything, where that can be done. */
  readonly watchBytes?: (() => Promise<number>) | undefined;
  /** Disposes of the store and tears down what `create` made. */
  readonly close: () => Promise<void>;
}

/** The functions of the test runner that {@link sliceStoreConformance} needs. */
export interface SliceStoreTestRunner {
  describe(name: string, body: () => void): unknown;
  readonly it: {
    (name: string, body: () => Promise<void>): unknown;
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/** One test of the suite. */
export interface SliceStoreCase {
  readonly name: string;
  /** What the store is asked to be. @default slices of 256 KiB, 16 MiB in all */
  readonly wish?: SliceStoreWish;
  /** True where the test needs a store that outlives its process. */
  readonly reopens?: boolean;
  readonly run: (fixture: SliceStoreFixture) => Promise<void>;
}
