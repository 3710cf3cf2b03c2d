import { type ByteRange, type ByteSink, sliceIndexAt, sliceRange } from "../bytes/index.ts";
import { type MediaObject, SourceError, throwIfAborted, untilAborted, type UpstreamMeter } from "../source/index.ts";
import { sharedSliceBuffers } from "./slice-buffers.ts";

/** A slice of which little is missing when the last reader leaves is finished rather than thrown away. */
const finishBytes = 256 * 1024;

/** What a flight needs. */
export interface FlightPlan {
  /** Opens the object so that its first answer already carries the bytes of `span`; the flight disposes of it. */
  readonly open: (span: ByteRange, signal: AbortSignal) => Promise<MediaObject>;
  readonly sizeBytes: number;
  readonly sliceBytes: number;
  /** First byte. Where it lies within a slice, what comes of that slice is passed on and not kept. */
  readonly start: number;
  /** Where the span that begins at `position` should end, `readBytes` into the flight; `position` itself where none should begin. */
  readonly spanEnd: (position: number, needEnd: number, readBytes: number) => Promise<number>;
  /** Keeps a finished slice; the bytes are lent. False where it was not kept. */
  readonly keep: (index: number, bytes: Uint8Array) => Promise<boolean>;
  /** Slices read beyond the one the fastest reader is in. */
  readonly slicesAhead: number;
  readonly meter: UpstreamMeter | undefined;
  readonly onEnd: () => void;
}

/**
 * One upstream read that many readers share. It assembles slice after slice, at the upstream's speed, hands each to the store, and pauses
 * between two slices while no reader is near: so a slow reader costs no memory, and reads what he missed from the store. Bytes of the slice
 * under way are read from memory as they come.
 */
export class Flight implements ByteSink {
  readonly #plan: FlightPlan;
  readonly #abort = new AbortController();
  readonly #readers = new Set<FlightReader>();
  #object: MediaObject | undefined;
  /** From here on its readers find everything, here or in the store. */
  #start: number;
  #position: number;
  /** Where the read that is under way ends. */
  #spanEnd = 0;
  /** The slice under way, and its buffer. */
  #slice: ByteRange;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  /** The slice that is being kept: its bytes are read from here until the store has them. */
  #keeping: { readonly range: ByteRange; readonly buffer: Uint8Array<ArrayBuffer> } | undefined;
  #keepingDone: Promise<void> = Promise.resolve();
  #isEnded = false;
  #failure: Error | undefined;
  /** Readers wait for bytes, the flight for readers; apart, so that a reader's step does not wake all the others. */
  readonly #bytesCame = new Bell();
  readonly #readersMoved = new Bell();

  constructor(plan: FlightPlan) {
    this.#plan = plan;
    this.#start = plan.start;
    this.#position = plan.start;
    this.#slice = { start: plan.start, end: this.#sliceAt(plan.start).end };
  }

  /** Up to where bytes have come. */
  get position(): number {
    return this.#position;
  }

  /** True where a reader at `position` should wait for this flight rather than start another. */
  reaches(position: number): boolean {
    if (this.#isEnded) {
      // The last slice is read here until the store has it.
      return this.#keeping !== undefined && contains(this.#keeping.range, position);
    }
    const nearEnd = this.#slice.end + this.#plan.sliceBytes;
    return position >= this.#start && position < Math.max(nearEnd, this.#position + 1);
  }

  /** Joins; the reader leaves by disposing of what he gets. `needEnd` is how far he wants to read. */
  join(position: number, needEnd: number): FlightReader {
    const reader = new FlightReader(this, position, needEnd, {
      onMoved: () => this.#readersMoved.ring(),
      onLeft: () => this.#leave(reader),
    });
    this.#readers.add(reader);
    this.#readersMoved.ring();
    return reader;
  }

  /** Starts reading; to be called once, when the first reader has joined. */
  start(): void {
    this.#run().catch(() => undefined);
  }

  /** Bytes at `position` that are in memory now: a view that is good until the next turn of the event loop. */
  viewAt(position: number): Uint8Array | undefined {
    if (this.#keeping !== undefined && contains(this.#keeping.range, position)) {
      const { range, buffer } = this.#keeping;
      return buffer.subarray(position - range.start, range.end - range.start);
    }
    if (this.#buffer !== undefined && position >= this.#slice.start && position < this.#position) {
      return this.#buffer.subarray(position - this.#slice.start, this.#position - this.#slice.start);
    }
    return undefined;
  }

  /** Resolves when more bytes have come, a slice has been kept, or the flight has ended. @throws what made it fail */
  async changed(signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isEnded) {
      await untilAborted(this.#bytesCame.rung, signal);
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  /** Takes bytes from the upstream; settles when it should go on. */
  async write(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.length > 0) {
      this.#buffer ??= await sharedSliceBuffers.take(this.#plan.sliceBytes, this.#abort.signal);
      const count = Math.min(rest.length, this.#slice.end - this.#position);
      this.#buffer.set(rest.subarray(0, count), this.#position - this.#slice.start);
      this.#position += count;
      rest = rest.subarray(count);
      this.#bytesCame.ring();
      if (this.#position === this.#slice.end) {
        await this.#finishSlice(this.#buffer);
      }
    }
  }

  async #run(): Promise<void> {
    let failure: Error | undefined;
    try {
      await this.#readSpans();
      await this.#keepingDone;
    } catch (error) {
      failure = error instanceof Error ? error : new SourceError("unavailable", String(error));
    }
    this.#isEnded = true;
    // A flight is stopped only when nobody waits for it.
    if (!this.#abort.signal.aborted) {
      this.#failure = failure;
    }
    this.#bytesCame.ring();
    await this.#keepingDone;
    this.#plan.onEnd();
    this.#giveBack();
    await this.#object?.[Symbol.asyncDispose]();
  }

  async #readSpans(): Promise<void> {
    const { signal } = this.#abort;
    for (;;) {
      throwIfAborted(signal, "Nobody reads any more");
      const end = await this.#plan.spanEnd(this.#position, this.#needEnd(), this.#position - this.#plan.start);
      if (end <= this.#position) {
        return;
      }
      this.#spanEnd = end;
      const span = { start: this.#position, end };
      this.#object ??= await this.#plan.open(span, signal);
      await this.#object.read(span, this, { signal, meter: this.#plan.meter, isCertain: true });
    }
  }

  /** The end of the slice in which the furthest need ends. */
  #needEnd(): number {
    let end = 0;
    for (const reader of this.#readers) {
      end = Math.max(end, reader.needEnd);
    }
    return end === 0 ? 0 : this.#sliceAt(end - 1).end;
  }

  async #finishSlice(buffer: Uint8Array<ArrayBuffer>): Promise<void> {
    // One slice is kept at a time: a disk slower than the upstream slows the flight, and fills no memory.
    await this.#keepingDone;
    const range = this.#slice;
    this.#keeping = { range, buffer };
    this.#buffer = undefined;
    this.#slice = this.#sliceAt(this.#position);
    this.#keepingDone = this.#keep(range, buffer);
    await this.#untilWanted();
  }

  async #keep(range: ByteRange, buffer: Uint8Array<ArrayBuffer>): Promise<void> {
    const index = sliceIndexAt(range.start, this.#plan.sliceBytes);
    try {
      if (range.start > this.#sliceAt(range.start).start) {
        // Only the end of a slice, of no use to the store; so those who want it have to get it here.
        await this.#untilPassed(range.end);
        this.#start = range.end;
      } else {
        // Where it is not kept, those who have missed it read past the cache.
        await this.#plan.keep(index, buffer.subarray(0, range.end - range.start));
      }
    } catch {
      // The same: a store's trouble is no viewer's.
    } finally {
      this.#keeping = undefined;
      sharedSliceBuffers.give(buffer);
      this.#bytesCame.ring();
    }
  }

  async #untilPassed(position: number): Promise<void> {
    const isBehind = (reader: FlightReader): boolean => reader.position < Math.min(position, reader.needEnd);
    while ([...this.#readers].some(isBehind)) {
      await this.#readersMoved.rung;
    }
  }

  /** Waits between slices until a reader comes near. */
  async #untilWanted(): Promise<void> {
    const aheadBytes = this.#plan.slicesAhead * this.#plan.sliceBytes;
    while (this.#position < this.#plan.sizeBytes) {
      if (this.#readers.size === 0) {
        this.#stop();
      }
      throwIfAborted(this.#abort.signal, "Nobody reads any more");
      for (const reader of this.#readers) {
        if (reader.position + aheadBytes >= this.#position && reader.needEnd > this.#position) {
          return;
        }
      }
      if (this.#everyNeedIsMet()) {
        // Who wanted the rest of this span has left; one that ends here ends by itself, and its connection is kept.
        if (this.#position < this.#spanEnd) {
          this.#stop();
          throwIfAborted(this.#abort.signal, "Nobody wants more");
        }
        return;
      }
      await untilAborted(this.#readersMoved.rung, this.#abort.signal);
    }
  }

  #everyNeedIsMet(): boolean {
    for (const reader of this.#readers) {
      if (reader.needEnd > this.#position) {
        return false;
      }
    }
    return true;
  }

  #leave(reader: FlightReader): void {
    this.#readers.delete(reader);
    this.#readersMoved.ring();
    const missingBytes = this.#slice.end - this.#position;
    // A probe's slice is what the player asks for next; only who leaves early has no use for it.
    const isSatisfied = reader.position >= reader.needEnd;
    const isWorthFinishing = this.#buffer !== undefined && (isSatisfied || missingBytes <= finishBytes);
    if (this.#readers.size === 0 && !this.#isEnded && !isWorthFinishing) {
      this.#stop();
    }
  }

  #stop(): void {
    this.#isEnded = true;
    this.#abort.abort();
  }

  #giveBack(): void {
    if (this.#buffer !== undefined) {
      sharedSliceBuffers.give(this.#buffer);
      this.#buffer = undefined;
    }
  }

  #sliceAt(position: number): ByteRange {
    const { sliceBytes, sizeBytes } = this.#plan;
    return sliceRange(sliceIndexAt(position, sliceBytes), sliceBytes, sizeBytes);
  }
}

function contains(range: ByteRange, position: number): boolean {
  return position >= range.start && position < range.end;
}

/** One reader's place in a flight; it lasts while he reads, also from the store, so that the flight knows who is near. */
export class FlightReader implements Disposable {
  readonly flight: Flight;
  readonly needEnd: number;
  readonly #events: { readonly onMoved: () => void; readonly onLeft: () => void };
  #position: number;

  constructor(flight: Flight, position: number, needEnd: number, events: { onMoved: () => void; onLeft: () => void }) {
    this.flight = flight;
    this.needEnd = needEnd;
    this.#events = events;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  /** Tells the flight how far the reader has come. */
  advanceTo(position: number): void {
    if (position !== this.#position) {
      this.#position = position;
      this.#events.onMoved();
    }
  }

  [Symbol.dispose](): void {
    this.#events.onLeft();
  }
}

/** Wakes everybody who waits, again and again. */
class Bell {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next ring. */
  get rung(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<void>();
    resolve();
  }
}
