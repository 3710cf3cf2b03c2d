import type { RequestTarget } from "../request-target.ts";
import type { StreamTarget } from "../stream-addresses.ts";

/** Where AnyAudio's clients play, and where they download; followed by a signed token. */
export const handlerMount = "/api/v1/stream_handler?url=";
export const attachmentMount = "/api/v1/d?url=";

/**
 * What an old client wants to play, or `undefined` where the address is another. What it gives as `url` is a token of ours or nothing: the
 * old server fetched whatever address it was given there.
 */
export function parseOldStreamTarget({ path, query }: RequestTarget): StreamTarget | undefined {
  const isDownload = path === "/api/v1/d";
  return isDownload || path === "/api/v1/stream_handler"
    ? { token: new URLSearchParams(query).get("url") ?? "", isDownload }
    : undefined;
}
