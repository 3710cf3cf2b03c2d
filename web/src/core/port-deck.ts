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
  #heldItemId: string | undefined;

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

  /** The item that the active port plays, whether or not it is the current one any more. */
  get heldItemId(): string | undefined {
    return this.#heldItemId;
  }

  open({ url, mediaType }: PlayAddress, startSeconds: number, itemId: string | undefined): void {
    this.#heldItemId = itemId;
    this.#isLoaded = true;
    this.#isReady = false;
    this.active.load(url, startSeconds, mediaType);
  }

  /** The spare port takes over with what it holds. @returns whether it plays already */
  swap(startSeconds: number, itemId: string): boolean {
    this.#heldItemId = itemId;
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

  /** What the active port held when it was left is what should play after all. */
  rejoin(): void {
    this.#isLoaded = true;
    this.#isReady = this.active.durationSeconds !== undefined;
  }

  unload(): void {
    this.#heldItemId = undefined;
    this.active.unload();
  }

  /** What the active port holds is no longer what should play; where it is broken it never will. */
  leave(how: "whole" | "broken" = "whole"): void {
    if (how === "broken") this.#heldItemId = undefined;
    this.#isLoaded = false;
    this.#isReady = false;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stopListening) stop();
    for (const port of this.#ports) port.unload();
  }
}
