import type { ByteRange } from "../bytes/byte-range.ts";

/** An answer that is decided but not sent: all that can fail cheaply has failed. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ReplyBody;
}

/** No body, bytes at hand (an error's text), or parts of the media object. */
export type ReplyBody =
  | { readonly kind: "empty" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "media"; readonly parts: readonly ReplyPart[]; readonly lengthBytes: number | undefined };

/** Bytes of our own (multipart framing) or a range of the object. */
export type ReplyPart =
  | { readonly kind: "framing"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "range"; readonly range: ByteRange };

export const emptyBody: ReplyBody = { kind: "empty" };
