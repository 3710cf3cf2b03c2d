import type { ObjectRecord, SliceSelection, SliceStore } from "./slice-store.ts";

/** Files of slices of one version, each whole and believed; a name tells index, length and checksum, and never comes to mean other bytes. */
export interface SliceFiles {
  readonly folder: string;
  readonly names: readonly string[];
}

/**
 * A store whose slices other processes read for themselves. They need names alone: a file is published whole, and stays as it is
 * until it is dropped; who has it open then reads on.
 */
export interface SharingSliceStore extends SliceStore {
  /** Names the slices from `start` up to `end` that are held; those that have yet to be checked against their sums are left out. */
  filesOf(object: string, version: string, run: SliceRun): Promise<SliceFiles>;
  /** Notes that slices were read elsewhere, for eviction to know. */
  noteUses(object: string, version: string, indexes: readonly number[]): void;
  /** Calls back before slices are dropped for any other reason than room: what was told of them no longer counts. */
  watchRemovals(listener: (selection: SliceSelection) => void): void;
}

/** Slice indexes, half-open. */
export interface SliceRun {
  readonly start: number;
  readonly end: number;
}

/** What a process asks that which holds the folder. */
export interface SliceQuestion {
  readonly object: string;
  /** Absent: the version to be served now. */
  readonly version?: string | undefined;
  readonly run: SliceRun;
}

/** What it is told. */
export interface SliceAnswer {
  /** The version to be served now; absent where only the one who holds the folder can tell. */
  readonly record?: ObjectRecord | undefined;
  /** Of the version that was asked about. */
  readonly files?: SliceFiles | undefined;
}
