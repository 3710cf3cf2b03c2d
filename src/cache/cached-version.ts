import {
  type ByteRange,
  type ByteSink,
  type RangeSpec,
  resolveRangeSpec,
  sliceIndexAt,
  sliceRange,
} from "../bytes/index.ts";
import {
  type CallOptions,
  isSourceError,
  type MediaObject,
  type Source,
  SourceError,
  throwIfAborted,
} from "../source/index.ts";
import type { CachePolicy } from "./cache-policy.ts";
import type { CacheCounters } from "./cache-counters.ts";
import { endsAhead } from "./ends-ahead.ts";
import { Flight, type FlightReader } from "./flight.ts";
import { HeldOpening, type OpeningObject } from "./opening.ts";
import { ReadCursor } from "./read-cursor.ts";
import type { ObjectRecord, Slice, SliceKey, SliceStore } from "./slice-store.ts";
import { spanEndOf } from "./span-end.ts";

const slicesAheadBy: Readonly<Record<CachePolicy["readAhead"], number>> = { exact: 0, balanced: 1, eager: 4 };

/** What all readers of one version share. */
export interface VersionContext {
  readonly source: Source;
  readonly store: SliceStore;
  readonly policy: CachePolicy;
  readonly counters: CacheCounters;
  readonly key: string;
  readonly record: ObjectRecord;
  /** Told when the source turns out to have another version; settles when this one is forgotten. */
  readonly onChanged: () => Promise<void>;
  /** Told when nobody has it open and no flight runs any more. */
  readonly onIdle: () => void;
}

/** Takes bytes that are read only so that they are kept. */
const nowhere: ByteSink = { write: () => Promise.resolve() };

/** One version of one object with its flights; shared by all who have it open. */
export class CachedVersion {
  readonly record: ObjectRecord;
  readonly #context: VersionContext;
  readonly #flights = new Set<Flight>();
  readonly #opening: HeldOpening;
  #users = 0;
  #hasReadEnds = false;

  constructor(context: VersionContext, opening: OpeningObject | undefined) {
    this.#context = context;
    this.record = context.record;
    this.#opening = new HeldOpening(opening, context.store.sliceBytes);
  }

  get hasUsers(): boolean {
    return this.#users > 0;
  }

  addUser(): void {
    this.#users += 1;
  }

  async removeUser(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0) {
      await this.dropOpening();
      this.#noteIfIdle();
    }
  }

  /** A flight outlives its readers for as long as its last slice is being kept: who comes meanwhile must find it. */
  #noteIfIdle(): void {
    if (this.#users === 0 && this.#flights.size === 0) {
      this.#context.onIdle();
    }
  }

  /** Closes the object that was opened first, if nobody has taken it. */
  dropOpening(): Promise<void> {
    return this.#opening.drop();
  }

  /** How the first byte of a wish would be answered now, in the words of RFC 9211. */
  async statusFor(intent: RangeSpec | "metadata" | undefined): Promise<"hit" | "fwd=miss" | "fwd=miss; collapsed"> {
    const wish: RangeSpec = intent === undefined || intent === "metadata" ? { kind: "open-ended", start: 0 } : intent;
    const range = resolveRangeSpec(wish, this.record.sizeBytes);
    if (range === undefined || intent === "metadata") {
      return "hit";
    }
    if (this.#findFlight(range.start) !== undefined) {
      return "fwd=miss; collapsed";
    }
    return (await this.#context.store.has(this.#sliceKey(range.start))) ? "hit" : "fwd=miss";
  }

  /** Writes `range` to `sink`: from flights while bytes are on their way, else from the store, else by a new flight. */
  async read(range: ByteRange, sink: ByteSink, options: CallOptions): Promise<void> {
    this.#readEndsOnce();
    const cursor = new ReadCursor(range, sink);
    let reader: FlightReader | undefined;
    let flightStartedAt = -1;
    try {
      while (cursor.position < range.end) {
        throwIfAborted(options.signal, `Cannot read "${this.#context.key}"`);
        reader = this.#followFlight(reader, cursor);
        const view = reader?.flight.viewAt(cursor.position);
        if (view !== undefined) {
          await cursor.copy(view);
          this.#context.counters.joinedBytes += cursor.lastBytes;
        } else if (reader !== undefined && cursor.position >= reader.flight.position) {
          await reader.flight.changed(options.signal);
        } else if (!(await this.#readHeldSlice(cursor, options))) {
          if (this.#context.store.state.kind === "off") {
            await this.#readPast(cursor, range.end, options);
          } else if (reader !== undefined || flightStartedAt === cursor.position) {
            // A flight has passed here, and the slice was not kept, is gone again or cannot be opened: waiting would be for ever.
            await this.#readPast(cursor, Math.min(range.end, this.#sliceAt(cursor.position).end), options);
          } else {
            flightStartedAt = cursor.position;
            reader = this.#startFlight(cursor, options);
          }
        }
      }
    } catch (error) {
      if (isSourceError(error, "changed")) {
        // Whoever tries again at once must not be given this version once more.
        await this.#context.onChanged();
      }
      throw error;
    } finally {
      reader?.advanceTo(cursor.position);
      reader?.[Symbol.dispose]();
    }
  }

  /** What players ask for next is fetched beside what the first of them asks for now, where the source is near enough for that. */
  #readEndsOnce(): void {
    const { policy, key, store } = this.#context;
    if (policy.readAhead !== "eager" || this.#hasReadEnds) {
      return;
    }
    this.#hasReadEnds = true;
    for (const range of endsAhead(key, this.record, store.sliceBytes)) {
      // Nobody waits for it, and whoever wants those bytes meets the same trouble himself.
      this.#readAhead(range).catch(() => undefined);
    }
  }

  async #readAhead(range: ByteRange): Promise<void> {
    this.addUser();
    try {
      await this.read(range, nowhere, {});
    } finally {
      await this.removeUser();
    }
  }

  /** Keeps the reader's place in the flight he is in or near; leaves one that has ended or that he has moved away from. */
  #followFlight(reader: FlightReader | undefined, cursor: ReadCursor): FlightReader | undefined {
    if (reader?.flight.reaches(cursor.position) === true) {
      reader.advanceTo(cursor.position);
      return reader;
    }
    reader?.[Symbol.dispose]();
    return this.#findFlight(cursor.position)?.join(cursor.position, cursor.end);
  }

  #findFlight(position: number): Flight | undefined {
    for (const flight of this.#flights) {
      if (flight.reaches(position)) {
        return flight;
      }
    }
    return undefined;
  }

  /** @returns false where the slice is not held */
  async #readHeldSlice(cursor: ReadCursor, options: CallOptions): Promise<boolean> {
    const slice = await this.#context.store.open(this.#sliceKey(cursor.position));
    if (slice === undefined) {
      return false;
    }
    // Not `await using`: V8 does not optimise functions that have it, and this one runs for every range that is held.
    try {
      await this.#copyHeld(slice, cursor, options);
    } finally {
      await slice[Symbol.asyncDispose]();
    }
    return true;
  }

  async #copyHeld(slice: Slice, cursor: ReadCursor, options: CallOptions): Promise<void> {
    const startedAt = cursor.position;
    const offset = startedAt % this.#context.store.sliceBytes;
    const end = Math.min(slice.lengthBytes, offset + cursor.end - startedAt);
    try {
      await slice
        .read({ start: offset, end }, cursor, { signal: options.signal })
        .finally(() => this.#noteHit(cursor.position - startedAt, options));
    } catch (error) {
      await cursor.lastWrite;
      if (!isSourceError(error, "unavailable")) {
        throw error;
      }
      // The disk failed, not the viewer: what he has is right, and the rest of the slice comes from elsewhere.
      await this.#readPast(cursor, startedAt - offset + end, options);
    }
  }

  #noteHit(bytes: number, { meter }: CallOptions): void {
    this.#context.counters.hitBytes += bytes;
    if (meter !== undefined) {
      meter.hitBytes = (meter.hitBytes ?? 0) + bytes;
    }
  }

  /**
   * Starts a flight at the cursor's slice, unless another reader has just done so. Nothing is awaited between the look and the start, so
   * that none is doubled; opening is the flight's first step.
   * @returns the reader's place in it
   */
  #startFlight(cursor: ReadCursor, options: CallOptions): FlightReader {
    const running = this.#findFlight(cursor.position);
    if (running !== undefined) {
      return running.join(cursor.position, cursor.end);
    }
    const { store, policy, record } = this.#context;
    const opening = this.#opening.for(cursor.position);
    const { meter } = options;
    const flight: Flight = new Flight({
      open: async (span, signal) => this.#opening.take(opening) ?? (await this.#openAt(span, { meter, signal })),
      sizeBytes: record.sizeBytes,
      sliceBytes: store.sliceBytes,
      // A tail that was asked for before the size was known begins anywhere.
      start: opening?.brings?.start ?? this.#sliceAt(cursor.position).start,
      spanEnd: async (position, needEnd, readBytes) =>
        (readBytes === 0 ? opening?.brings?.end : undefined) ?? (await this.#spanEnd(position, needEnd, readBytes)),
      keep: (index, bytes) => store.put({ object: record.object, version: record.version, index }, bytes),
      slicesAhead: slicesAheadBy[policy.readAhead],
      meter,
      onEnd: () => {
        this.#flights.delete(flight);
        this.#noteIfIdle();
      },
    });
    this.#flights.add(flight);
    this.#context.counters.flights += 1;
    const place = flight.join(cursor.position, cursor.end);
    flight.start();
    return place;
  }

  /** Opens the object so that its first answer carries a span. @throws {SourceError} `changed` where it has another version now */
  async #openAt({ start, end }: ByteRange, options: CallOptions): Promise<MediaObject> {
    const { source, key, record } = this.#context;
    const object = await source.open(key, { ...options, intent: { kind: "bounded", start, end } });
    if (object.validator?.etag !== record.version || object.sizeBytes !== record.sizeBytes) {
      await object[Symbol.asyncDispose]();
      throw new SourceError(
        "changed",
        `Cannot read "${key}" in ${source.location}: it has changed since it was cached`,
      );
    }
    return object;
  }

  #spanEnd(position: number, needEnd: number, readBytes: number): Promise<number> {
    const { store, record } = this.#context;
    const isHeld = (at: number): Promise<boolean> => this.#isHeld(at);
    return spanEndOf(
      { position, needEnd, readBytes },
      { sliceBytes: store.sliceBytes, sizeBytes: record.sizeBytes, isHeld },
    );
  }

  /** Without the cache: the store does not have the bytes up to `end`, and no flight brings them. */
  async #readPast(cursor: ReadCursor, end: number, options: CallOptions): Promise<void> {
    const range = { start: cursor.position, end };
    const first = { start: range.start, end: Math.min(end, this.#sliceAt(range.start).end) };
    await using object = this.#opening.take(this.#opening.for(range.start)) ?? (await this.#openAt(first, options));
    await object.read(range, cursor, { ...options, isCertain: true });
  }

  #isHeld(position: number): Promise<boolean> {
    return this.#context.store.has(this.#sliceKey(position));
  }

  #sliceKey(position: number): SliceKey {
    const { object, version } = this.record;
    return { object, version, index: sliceIndexAt(position, this.#context.store.sliceBytes) };
  }

  #sliceAt(position: number): ByteRange {
    const { sliceBytes } = this.#context.store;
    return sliceRange(sliceIndexAt(position, sliceBytes), sliceBytes, this.record.sizeBytes);
  }
}
