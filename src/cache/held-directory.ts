import { BoundedMap } from "../bytes/index.ts";
import { parseSliceFileName } from "./disk-layout.ts";
import { usabilityOf } from "./object-freshness.ts";
import { isSelected } from "./slice-listing.ts";
import type { SliceAnswer, SliceQuestion } from "./slice-sharing.ts";
import type { ObjectRecord, SliceSelection } from "./slice-store.ts";

/** Slices asked about at once. */
const runLength = 128;
/** How long an answer about an object stands, although removals are told at once: a bound for whatever goes wrong there. */
const recordMs = 1000;
/** How long a slice counts as not held: who reads past a gap must not ask at every slice. */
const notHeldMs = 250;
const rememberedObjects = 10_000;
/** Some 150 bytes a name: 10 MiB at most. */
const rememberedRuns = 512;

/** A held slice. */
export interface HeldSliceFile {
  readonly path: string;
  readonly lengthBytes: number;
}

interface KnownRecord {
  readonly record: ObjectRecord;
  readonly untilMs: number;
}

interface KnownRun {
  readonly toldAtMs: number;
  readonly object: string;
  readonly version: string;
  readonly files: ReadonlyMap<number, HeldSliceFile>;
}

/** What another process holds, as far as it has said so. */
export class HeldDirectory {
  readonly #send: (id: number, question: SliceQuestion) => void;
  readonly #records = new BoundedMap<KnownRecord>(rememberedObjects);
  readonly #runs = new BoundedMap<KnownRun>(rememberedRuns);
  readonly #asked = new Map<number, { readonly question: SliceQuestion; readonly settle: () => void }>();
  /** Questions under way, so that nobody asks the same beside. */
  readonly #asking = new Map<string, Promise<void>>();
  #lastId = 0;

  /** @param send sends a question; its answer comes to {@link receive} */
  constructor(send: (id: number, question: SliceQuestion) => void) {
    this.#send = send;
  }

  /**
   * The version to be served now, or `undefined` where only the holder can tell.
   * @param near a slice that will be wanted: what is held around it is asked in the same breath
   */
  recordOf(object: string, near: number): ObjectRecord | undefined | Promise<ObjectRecord | undefined> {
    return this.#knownRecord(object) ?? this.#ask({ object, run: runAround(near) }, () => this.#knownRecord(object));
  }

  /** A slice's file, or `undefined` where it is not held. */
  fileOf(
    object: string,
    version: string,
    index: number,
  ): HeldSliceFile | undefined | Promise<HeldSliceFile | undefined> {
    const run = this.#runs.get(runKey(object, version, runAround(index).start));
    const isKnown = run !== undefined && (run.files.has(index) || performance.now() - run.toldAtMs < notHeldMs);
    return isKnown ? run.files.get(index) : this.refreshedFileOf(object, version, index);
  }

  /** The same, asked anew: what was said before has turned out not to be so any more. */
  refreshedFileOf(object: string, version: string, index: number): Promise<HeldSliceFile | undefined> {
    const question = { object, version, run: runAround(index) };
    return this.#ask(question, () => this.#runs.get(runKey(object, version, question.run.start))?.files.get(index));
  }

  /** Takes an answer in; in the order in which answers and removals were told, for the latter take back what the former said. */
  receive(id: number, { record, files }: SliceAnswer): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked === undefined) {
      return;
    }
    const { object, run, version = record?.version } = asked.question;
    if (record !== undefined) {
      this.#records.set(object, { record, untilMs: performance.now() + recordMs });
    } else {
      this.#records.delete(object);
    }
    if (version !== undefined && files !== undefined) {
      const entries = files.names.flatMap((name): [number, HeldSliceFile][] => {
        const parsed = parseSliceFileName(name);
        const path = `${files.folder}/${name}`;
        return parsed === undefined ? [] : [[parsed.index, { path, lengthBytes: parsed.lengthBytes }]];
      });
      const known = { object, version, toldAtMs: performance.now(), files: new Map(entries) };
      this.#runs.set(runKey(object, version, run.start), known);
    }
    asked.settle();
  }

  /** Forgets what the holder drops. */
  forget(selection: SliceSelection): void {
    for (const [object, { record }] of this.#records) {
      if (isSelected(selection, object, record.version)) {
        this.#records.delete(object);
      }
    }
    for (const [key, { object, version }] of this.#runs) {
      if (isSelected(selection, object, version)) {
        this.#runs.delete(key);
      }
    }
  }

  #knownRecord(object: string): ObjectRecord | undefined {
    const known = this.#records.get(object);
    const isGood =
      known !== undefined && performance.now() < known.untilMs && usabilityOf(known.record, Date.now()) === "fresh";
    return isGood ? known.record : undefined;
  }

  async #ask<Found>(question: SliceQuestion, find: () => Found): Promise<Found> {
    const key = `${question.version ?? ""}\n${question.run.start}\n${question.object}`;
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      const settled = Promise.withResolvers<void>();
      this.#lastId += 1;
      this.#asked.set(this.#lastId, { question, settle: settled.resolve });
      asking = settled.promise.finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
      this.#send(this.#lastId, question);
    }
    await asking;
    return find();
  }
}

function runAround(index: number): { readonly start: number; readonly end: number } {
  const start = index - (index % runLength);
  return { start, end: start + runLength };
}

function runKey(object: string, version: string, start: number): string {
  return `${start}\n${version}\n${object}`;
}
