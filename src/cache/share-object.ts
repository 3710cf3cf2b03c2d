import { usabilityOf } from "./object-freshness.ts";
import type { SharingSliceStore, SliceAnswer, SliceQuestion } from "./slice-sharing.ts";

/**
 * Answers what other processes ask of a store. They are told of a version to serve only while it is fresh: to revalidate, to fetch and to find
 * out what is new stays with the one process that can share it among all viewers.
 */
export async function shareObject(store: SharingSliceStore, question: SliceQuestion): Promise<SliceAnswer> {
  const { object, run } = question;
  const known = store.state.kind === "on" ? await store.readRecord(object) : undefined;
  // A weak tag fails every If-Match: who reads by it could not go on where a slice is missing.
  const isServable =
    known !== undefined && !known.version.startsWith("W/") && usabilityOf(known, Date.now()) === "fresh";
  const record = isServable ? known : undefined;
  const version = question.version ?? record?.version;
  return version === undefined ? {} : { record, files: await store.filesOf(object, version, run) };
}
