import { type MediaFailure, playlistType } from "../core/media-port.ts";

/** What an element plays: an address, or a presentation in HLS that its browser does not play by itself. */
export class ElementSource {
  readonly #element: HTMLMediaElement;
  readonly #onFailed: (failure: MediaFailure) => void;
  /** What is loaded, or on its way: an element forgets that it should play when it is given something. */
  #attaching: Promise<Disposable | undefined> | undefined;
  #wantsPlay = false;

  constructor(element: HTMLMediaElement, onFailed: (failure: MediaFailure) => void) {
    this.#element = element;
    this.#onFailed = onFailed;
  }

  load(url: string, startSeconds: number, mediaType: string | undefined): void {
    this.#drop();
    if (mediaType !== playlistType || this.#element.canPlayType(playlistType) !== "") {
      this.#element.src = url;
      this.#element.load();
      return;
    }
    this.#clear();
    const attaching = this.#attach(url, startSeconds, () => this.#attaching === attaching);
    this.#attaching = attaching;
  }

  unload(): void {
    this.#drop();
    this.#clear();
  }

  async play(): Promise<void> {
    this.#wantsPlay = true;
    const attaching = this.#attaching;
    if (attaching !== undefined) {
      await attaching;
    }
    if (this.#attaching === attaching && this.#wantsPlay) {
      await this.#element.play();
    }
  }

  pause(): void {
    this.#wantsPlay = false;
    this.#element.pause();
  }

  #drop(): void {
    void this.#attaching?.then((pieces) => pieces?.[Symbol.dispose]());
    this.#attaching = undefined;
    this.#wantsPlay = false;
  }

  #clear(): void {
    // Taking the attribute away alone would leave the connection open.
    this.#element.removeAttribute("src");
    this.#element.load();
  }

  async #attach(url: string, startSeconds: number, isCurrent: () => boolean): Promise<Disposable | undefined> {
    const onFailed = (failure: MediaFailure): void => {
      if (isCurrent()) this.#onFailed(failure);
    };
    try {
      const { playPieces } = await import("./play-pieces.ts");
      return isCurrent() ? playPieces(this.#element, url, startSeconds, onFailed) : undefined;
    } catch (error) {
      onFailed({ reason: "network", detail: String(error) });
      return undefined;
    }
  }
}
