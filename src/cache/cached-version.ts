import {
  type ByteRange,
  type ByteSink,
  type RangeSpec,
  resolveRangeSpec,
  sharedBuffers,
  PaceMeter,
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
import { Flight, type FlightReader } from "./flight.ts";
import type { ObjectRecord, SliceKey, SliceStore } from "./slice-store.ts";

/** A span ends at the latest here, so that what others hold by then is noticed. */
const maxSpanBytes = 16 * 1024 * 1024;
/** What sources ask for where the end is open; less would leave some of their first answer unread. */
const firstSpanBytes = 1024 * 1024;
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

/** One version of one object with its flights; shared by all who have it open. */
export class CachedVersion {
  readonly record: ObjectRecord;
  readonly #context: VersionContext;
  readonly #flights = new Set<Flight>();
  /** The object that was opened to learn the version; its answer already carries bytes, so the first flight takes it. */
  #opening: MediaObject | undefined;
  #users = 0;

  constructor(context: VersionContext, opening: MediaObject | undefined) {
    this.#context = context;
    this.record = context.record;
    this.#opening = opening;
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

  /** Closes the object that was opened first, if no flight has taken it. */
  async dropOpening(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.[Symbol.asyncDispose]();
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
    const cursor = new ReadCursor(range, sink);
    let reader: FlightReader | undefined;
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
          } else if (reader !== undefined) {
            // The flight has passed here, and the slice was not kept or is gone again: waiting would be for ever.
            await this.#readPast(cursor, Math.min(range.end, this.#sliceAt(cursor.position).end), options);
          } else {
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
    const { sliceBytes } = this.#context.store;
    await using slice = await this.#context.store.open(this.#sliceKey(cursor.position));
    if (slice === undefined) {
      return false;
    }
    const startedAt = cursor.position;
    const offset = startedAt % sliceBytes;
    const end = Math.min(slice.lengthBytes, offset + cursor.end - startedAt);
    try {
      await slice.read({ start: offset, end }, cursor, { signal: options.signal, pace: cursor.pace });
    } catch (error) {
      await cursor.lastWrite;
      if (!isSourceError(error, "unavailable")) {
        throw error;
      }
      // The disk failed, not the viewer: what he has is right, and the rest of the slice comes from elsewhere.
      await this.#readPast(cursor, startedAt - offset + end, options);
    }
    this.#context.counters.hitBytes += cursor.position - startedAt;
    return true;
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
    const { start } = this.#sliceAt(cursor.position);
    const flight: Flight = new Flight({
      open: (signal) => this.#openAt(start, cursor.end, { meter: options.meter, signal }),
      sizeBytes: record.sizeBytes,
      sliceBytes: store.sliceBytes,
      start,
      spanEnd: (position, needEnd, readBytes) => this.#spanEnd(position, needEnd, readBytes),
      keep: (index, bytes) => store.put({ object: record.object, version: record.version, index }, bytes),
      slicesAhead: slicesAheadBy[policy.readAhead],
      meter: options.meter,
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

  /** Opens the object so that its first answer carries the span that the flight reads first. */
  async #openAt(start: number, needEnd: number, options: CallOptions): Promise<MediaObject> {
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening !== undefined) {
      return opening;
    }
    const { source, key, record } = this.#context;
    const end = await this.#spanEnd(start, this.#sliceAt(needEnd - 1).end, 0);
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

  /** Up to where one upstream read should go: the need, the next slice that is held, or the limit of a span. */
  async #spanEnd(position: number, needEnd: number, readBytes: number): Promise<number> {
    const { store, record } = this.#context;
    // A need that reaches the object's end is mostly a player's, who may seek at any moment: little is asked for at first.
    const cautiousBytes = Math.min(Math.max(readBytes / 4, firstSpanBytes), maxSpanBytes);
    const wishBytes = needEnd < record.sizeBytes ? maxSpanBytes : cautiousBytes;
    const spanBytes = Math.max(1, Math.floor(wishBytes / store.sliceBytes)) * store.sliceBytes;
    const limit = Math.min(needEnd, position + spanBytes, record.sizeBytes);
    if (position >= limit || (await this.#isHeld(position))) {
      return position;
    }
    let { end } = this.#sliceAt(position);
    while (end < limit && !(await this.#isHeld(end))) {
      end = this.#sliceAt(end).end;
    }
    return Math.min(end, limit);
  }

  /** Without the cache: the store does not have the bytes up to `end`, and no flight brings them. */
  async #readPast(cursor: ReadCursor, end: number, options: CallOptions): Promise<void> {
    const range = { start: cursor.position, end };
    await using object = await this.#openAt(range.start, end, options);
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

/** Where a reader is, and how fast he takes what he is given. */
class ReadCursor implements ByteSink {
  readonly end: number;
  /** Settles as the receiver's last write did: tells his failures from those of who feeds him. */
  lastWrite: Promise<void> = Promise.resolve();
  readonly #sink: ByteSink;
  lastBytes = 0;
  #position: number;
  readonly pace = new PaceMeter();

  constructor(range: ByteRange, sink: ByteSink) {
    this.#position = range.start;
    this.end = range.end;
    this.#sink = sink;
  }

  get position(): number {
    return this.#position;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#position += chunk.length;
    this.lastWrite = this.#sink.write(chunk);
    return this.lastWrite;
  }

  /** Copies out of a flight's memory into a buffer that may be lent for as long as the receiver needs. */
  async copy(view: Uint8Array): Promise<void> {
    const buffer = sharedBuffers.take(this.pace.pace, Math.min(view.length, this.end - this.#position));
    const count = Math.min(view.length, buffer.length, this.end - this.#position);
    buffer.set(view.subarray(0, count));
    const lentAt = performance.now();
    try {
      await this.#sink.write(buffer.subarray(0, count));
    } finally {
      sharedBuffers.give(buffer);
    }
    this.pace.note(performance.now() - lentAt);
    this.#position += count;
    this.lastBytes = count;
  }
}
