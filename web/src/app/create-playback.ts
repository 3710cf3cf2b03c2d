import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import { PlaybackController } from "../core/playback-controller.ts";
import type { PlayAddress, PlaybackEvent } from "../core/playback-state.ts";
import { sendOutbox } from "../offline/play-outbox.ts";
import type { PlayerDatabase } from "../offline/player-database.ts";
import type { PlayerStore } from "../offline/player-store.ts";
import { savedMediaHref } from "../offline/saved-item.ts";
import { readStoredPositions } from "../offline/stored-positions.ts";
import { artworkAddress } from "../views/artwork-address.ts";
import type { QualityWish } from "../core/format-choice.ts";
import { isOpenedFile } from "./opened-files.ts";
import type { Services } from "./services.ts";
import { streamAnswerOf } from "./stream-answer.ts";

/** What playing is tied to. */
export interface PlaybackParts extends Pick<
  Services,
  "client" | "store" | "queue" | "ports" | "yours" | "saves" | "items" | "openedFiles" | "announcer"
> {
  readonly database: PlayerDatabase | undefined;
  readonly onError: (error: unknown) => void;
}

/** Creates what plays the queue: from this device where an item is saved, else from the server. */
export async function createPlayback(parts: PlaybackParts): Promise<PlaybackController> {
  const { client, database, store, queue, ports, yours, saves, openedFiles, onError } = parts;
  const hear = createEventHandler(parts);
  const playback = new PlaybackController({
    queue,
    ports: ports.ports,
    // One item, one kind of address: an element that gets answers of both kinds for one breaks.
    resolveAddress: async (itemId, signal) => {
      if (isOpenedFile(itemId)) return openedFiles.get(itemId) ?? throwClosed();
      await saves.ready;
      return saves.isSaved(itemId)
        ? { url: savedMediaHref(itemId) }
        : await streamAddress(client, itemId, yours.settings.get(), signal);
    },
    positions: database === undefined ? forgetfulPositions : await readStoredPositions(database, onError),
    startSeconds: (await store?.readLastSession())?.positionSeconds,
    onEvent: hear,
  });
  void connectSession(playback, parts);
  return playback;
}

/** Fetched after the page: the system's controls show nothing before something plays. */
async function connectSession(playback: PlaybackController, { client, items, yours }: PlaybackParts): Promise<void> {
  const { connectMediaSession } = await import("../media/media-session.ts");
  connectMediaSession({
    playback,
    itemOf: items.get,
    artworkOf: ({ artworkUrl }, size) => artworkUrl && artworkAddress(client.resolveUrl(artworkUrl), size),
    speed: () => yours.settings.get().playbackRate,
  });
}

const forgetfulPositions = { get: () => undefined, set: () => undefined, delete: () => undefined };

async function streamAddress(
  client: SluiceClient,
  itemId: string,
  wish: QualityWish,
  signal: AbortSignal,
): Promise<PlayAddress> {
  const { url, mediaType, expiresAt } = await streamAnswerOf(client, itemId, wish, signal);
  return { url: client.resolveUrl(url), mediaType, expiresAtMs: Date.parse(expiresAt) };
}

/** With a status, as what a server refuses for good: nothing is gained by asking again. */
function throwClosed(): never {
  throw Object.assign(new Error("this file of the device has to be opened again"), { status: 410 });
}

function createEventHandler({
  client,
  database,
  store,
  yours,
  items,
  announcer,
}: PlaybackParts): (event: PlaybackEvent) => void {
  // Counting and learning may fail: they are tried again with the next play, and nobody waits for them.
  const ignore = (): void => undefined;
  const sendPlays = (): void => void (database && sendPending(database, client).catch(ignore));
  addEventListener("online", sendPlays);
  // Those of the last time, made without a server.
  sendPlays();
  return (event) => {
    const item = items.get(event.kind === "played" ? event.play.itemId : event.itemId);
    switch (event.kind) {
      case "started":
        if (item !== undefined) announcer.say(`Playing ${item.title.slice(0, 200)}`);
        if (isOpenedFile(event.itemId)) return;
        return void learnRelated(event.itemId, client, store).catch(ignore);
      case "skipped":
        return announcer.tell(`${item?.title.slice(0, 80) ?? "An item"} was skipped: ${event.reason}`);
      case "played":
        // Nobody but its owner knows of such a file, and neither the server nor the history have any use for it.
        if (isOpenedFile(event.play.itemId)) return;
        yours.addPlay(event.play);
        sendPlays();
    }
  };
}

/** Plain http addresses have no locks between tabs: plays stay uncounted there rather than counted twice. */
async function sendPending(database: PlayerDatabase, client: SluiceClient): Promise<void> {
  if (navigator.locks !== undefined) await sendOutbox(database, client);
}

/** Suggestions go by what goes with what was played; it is asked while the server is there. */
async function learnRelated(itemId: string, client: SluiceClient, store: PlayerStore | undefined): Promise<void> {
  const { playedTogether, album, creator, folder } = await client.related(itemId);
  const related = [...playedTogether, ...album, ...creator, ...folder].filter(({ kind }) => kind !== "image");
  await store?.rememberItems(related);
  await store?.rememberRelated(itemId, Array.from(new Set(related.map(({ id }) => id))));
}
