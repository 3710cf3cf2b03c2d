import type { MediaPort, MediaPortEvent } from "./media-port.ts";
import type { PlayAddress } from "./playback-state.ts";

/** One port, or two that take turns: one is seen and heard, the spare one holds what follows. */
export class PortDeck implements Disposable {
  readonly #ports: readonly [MediaPort, ...MediaPort[]];
  readonly #stopListening: readonly (() => void)[];
  #index = 0;
  #isLoaded = false;
  #isReady = false;
  #isSparePlaying = false;

  /**
   * @param hear events of the active port
   * @param onSpoiled what the spare port holds does not play
   */
  constructor(
    ports: readonly [MediaPort, ...MediaPort[]],
    hear: (event: MediaPortEvent) => void,
    onSpoiled: () => void,
  ) {
    this.#ports = ports;
    this.#stopListening = ports.map((port, index) =>
      port.listen((event) => {
        if (index === this.#index) {
          this.#isReady ||= event.kind === "ready";
          hear(event);
          return;
        }
        this.#isSparePlaying = event.kind === "playing" || (this.#isSparePlaying && event.kind === "progress");
        if (event.kind === "failed") {
          onSpoiled();
        }
      }),
    );
  }

  /** Which of the ports is active. */
  get index(): number {
    return this.#index;
  }

  get active(): MediaPort {
    return this.#ports[this.#index] ?? this.#ports[0];
  }

  get spare(): MediaPort | undefined {
    return this.#ports.find((_, index) => index !== this.#index);
  }

  /** Whether the active port has an address of the current item. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether the active port's position and duration are those of the current item. */
  get isReady(): boolean {
    return this.#isReady;
  }

  open({ url, mediaType }: PlayAddress, startSeconds: number): void {
    this.#isLoaded = true;
    this.#isReady = false;
    this.active.load(url, startSeconds, mediaType);
  }

  /** The spare port takes over with what it holds. @returns whether it plays already */
  swap(startSeconds: number): boolean {
    const left = this.active;
    const isPlaying = this.#isSparePlaying;
    this.#isSparePlaying = false;
    this.#index = this.#ports.length - 1 - this.#index;
    this.#isLoaded = true;
    this.#isReady = this.active.durationSeconds !== undefined;
    if (startSeconds > 0) {
      this.active.seek(startSeconds);
    }
    left.unload();
    return isPlaying;
  }

  /** What the active port holds is no longer what should play. */
  leave(): void {
    this.#isLoaded = false;
    this.#isReady = false;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stopListening) stop();
    for (const port of this.#ports) port.unload();
  }
}
