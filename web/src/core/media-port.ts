/** The media type of presentations in HLS: lists of pieces in place of one file. */
export const playlistType = "application/vnd.apple.mpegurl";

/** Why a port could not go on. */
export interface MediaFailure {
  /**
   * `network`: the bytes stopped coming. `decode`: they came and made no sense. `unsupported`: nothing could be made of the address;
   * browsers say the same of a format they lack and of a server that refused.
   */
  readonly reason: "network" | "decode" | "unsupported";
  /** What the browser said. */
  readonly detail: string;
}

/** What a port tells. */
export type MediaPortEvent =
  /** Its duration is known, and it could play. */
  | { readonly kind: "ready" }
  | { readonly kind: "playing" }
  /** Also where the system or the browser stopped it. */
  | { readonly kind: "paused" }
  /** It plays as soon as more bytes have come. */
  | { readonly kind: "waiting" }
  /** Its position moved: some times a second while it plays, and after a seek. */
  | { readonly kind: "progress" }
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly failure: MediaFailure };

/** Whatever plays: a media element behind an adapter, or a test's own. It plays one address at a time. */
export interface MediaPort {
  /** Lets go of what it has and begins to fetch, without playing. Events of what it had before no longer come. */
  load(url: string, startSeconds: number, mediaType?: string): void;
  /** Rejects where the browser wants a gesture of the user first. */
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  /** Lets go of what it has: connections included. */
  unload(): void;
  readonly positionSeconds: number;
  readonly durationSeconds: number | undefined;
  /** 1 is as recorded. */
  readonly playbackRate: number;
  /** @returns how to stop listening */
  listen(listener: (event: MediaPortEvent) => void): () => void;
}
