/** Something that listeners are told of; `data` becomes JSON. */
export interface HubEvent {
  readonly type: string;
  readonly data: object;
}

/** Options of {@link EventHub}. */
export interface EventHubOptions {
  /** Most listeners at once: each holds a connection. @default 256 */
  readonly maxListeners?: number | undefined;
  /** Events kept for listeners who come back. @default 256 */
  readonly keptEvents?: number | undefined;
  /** Silence after which a comment is sent, so that proxies do not take the connection for dead. @default 15000 */
  readonly heartbeatMs?: number | undefined;
}

/** A listener who has so many bytes waiting is gone or far too slow: he is let go, and comes back where he was. */
const maxWaitingBytes = 256 * 1024;
const encoder = new TextEncoder();

/** Tells any number of listeners, up to a limit, what happens, as server-sent events. Disposing of it ends every stream. */
export class EventHub implements Disposable {
  readonly #maxListeners: number;
  readonly #keptEvents: number;
  readonly #heartbeatMs: number;
  readonly #listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #recent: { readonly number: number; readonly frame: Uint8Array }[] = [];
  /** Tells this process's numbers from those of another, or of one before it. */
  readonly #epoch = crypto.randomUUID().slice(0, 8);
  #lastNumber = 0;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor({ maxListeners = 256, keptEvents = 256, heartbeatMs = 15_000 }: EventHubOptions = {}) {
    this.#maxListeners = maxListeners;
    this.#keptEvents = keptEvents;
    this.#heartbeatMs = heartbeatMs;
  }

  /** Listeners at the moment. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  publish({ type, data }: HubEvent): void {
    this.#lastNumber += 1;
    const frame = encoder.encode(
      `id: ${this.#epoch}-${this.#lastNumber}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`,
    );
    this.#recent.push({ number: this.#lastNumber, frame });
    this.#recent.splice(0, this.#recent.length - this.#keptEvents);
    this.#listeners.forEach((listener) => this.#send(listener, frame));
  }

  /**
   * What happens from now on; after `lastEventId` where that is still known, else beginning with `reset`, which tells the listener to read
   * everything anew.
   * @returns `undefined` where there are too many listeners already
   */
  listen(lastEventId: string | undefined): ReadableStream<Uint8Array> | undefined {
    if (this.#listeners.size >= this.#maxListeners) {
      return undefined;
    }
    const missed = this.#missedSince(lastEventId);
    let listener: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          listener = controller;
          this.#listeners.add(controller);
          this.#heartbeat ??= setInterval(() => this.#beat(), this.#heartbeatMs).unref();
          // Something at once: fetch and proxies hold a head back until a body follows.
          controller.enqueue(encoder.encode("retry: 3000\n\n"));
          missed.forEach((frame) => controller.enqueue(frame));
        },
        cancel: () => this.#forget(listener),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxWaitingBytes }),
    );
  }

  [Symbol.dispose](): void {
    this.#listeners.forEach((listener) => {
      this.#forget(listener);
      listener.close();
    });
  }

  #missedSince(lastEventId: string | undefined): readonly Uint8Array[] {
    if (lastEventId === undefined) {
      return [];
    }
    const number = lastEventId.startsWith(`${this.#epoch}-`) ? Number(lastEventId.slice(this.#epoch.length + 1)) : -1;
    const oldest = this.#recent[0]?.number ?? this.#lastNumber + 1;
    return number >= oldest - 1 && number <= this.#lastNumber
      ? this.#recent.filter((event) => event.number > number).map(({ frame }) => frame)
      : [encoder.encode(`id: ${this.#epoch}-${this.#lastNumber}\nevent: reset\ndata: {}\n\n`)];
  }

  #beat(): void {
    const frame = encoder.encode(":\n\n");
    this.#listeners.forEach((listener) => this.#send(listener, frame));
  }

  #send(listener: ReadableStreamDefaultController<Uint8Array>, frame: Uint8Array): void {
    if ((listener.desiredSize ?? 0) <= 0) {
      this.#forget(listener);
      listener.error(new Error("The listener does not keep up"));
      return;
    }
    listener.enqueue(frame);
  }

  #forget(listener: ReadableStreamDefaultController<Uint8Array>): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    }
  }
}
