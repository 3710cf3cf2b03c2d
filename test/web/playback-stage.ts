import type { MediaPort, MediaPortEvent } from "../../web/src/core/media-port.ts";
import { PlaybackController } from "../../web/src/core/playback-controller.ts";
import type { PlayAddress, PlaybackEvent } from "../../web/src/core/playback-state.ts";
import { createQueueStore } from "../../web/src/core/queue-store.ts";

/** A port that does what the test says, and tells what it was asked. */
export class ScriptedPort implements MediaPort {
  readonly calls: string[] = [];
  positionSeconds = 0;
  playbackRate = 1;
  durationSeconds: number | undefined;
  #listener: (event: MediaPortEvent) => void = () => {};
  refusal: string | undefined;

  load(url: string, startSeconds: number): void {
    this.calls.push(`load ${url} at ${startSeconds}`);
    this.positionSeconds = startSeconds;
    this.durationSeconds = undefined;
  }
  play(): Promise<void> {
    this.calls.push("play");
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(new DOMException("no", this.refusal));
  }
  pause(): void {
    this.calls.push("pause");
    this.tell({ kind: "paused" });
  }
  seek(seconds: number): void {
    this.calls.push(`seek ${seconds}`);
    this.positionSeconds = seconds;
  }
  unload(): void {
    this.durationSeconds = undefined;
  }
  listen(listener: (event: MediaPortEvent) => void): () => void {
    this.#listener = listener;
    return () => {};
  }
  tell(event: MediaPortEvent): void {
    this.#listener(event);
  }
  /** Plays a stretch as an element does. */
  playFrom(from: number, to: number, durationSeconds: number): void {
    this.durationSeconds = durationSeconds;
    this.positionSeconds = from;
    this.tell({ kind: "ready" });
    this.tell({ kind: "playing" });
    for (let at = from; at <= to; at += 1) {
      this.positionSeconds = at;
      this.tell({ kind: "progress" });
    }
  }
  fail(reason: "network" | "decode" | "unsupported"): void {
    this.tell({ kind: "failed", failure: { reason, detail: "" } });
  }
}

/** A controller with its queue and ports, and what it asked and told. */
export class PlaybackStage {
  readonly queue = createQueueStore();
  readonly first = new ScriptedPort();
  readonly second = new ScriptedPort();
  readonly positions = new Map<string, number>();
  readonly events: PlaybackEvent[] = [];
  readonly asked: string[] = [];
  answer: (itemId: string) => Promise<PlayAddress> = async (itemId) => ({ url: `/stream/${itemId}` });
  readonly controller: PlaybackController;

  constructor(ports: 1 | 2 = 2) {
    this.controller = new PlaybackController({
      queue: this.queue,
      ports: ports === 1 ? [this.first] : [this.first, this.second],
      resolveAddress: (itemId) => {
        this.asked.push(itemId);
        return this.answer(itemId);
      },
      positions: this.positions,
      onEvent: (event) => this.events.push(event),
    });
  }
  get status(): string {
    return this.controller.state.get().status;
  }
  get itemId(): string | undefined {
    return this.controller.state.get().itemId;
  }
}
