import type { Services } from "./services.ts";

const positionEveryMs = 2_000;
const queueAfterMs = 200;

/** Keeps what is needed to go on after a reload. */
export function keepSession({
  queue,
  playback,
  store,
  items,
}: Pick<Services, "queue" | "playback" | "store" | "items">): void {
  let isQueueKept = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Whatever fails here costs a place in a queue, and is told where it matters more.
  const ignore = (): void => undefined;
  const keepQueue = (): void => {
    clearTimeout(timer);
    if (!isQueueKept) {
      isQueueKept = true;
      store?.writeQueue(queue.get()).catch(ignore);
    }
  };
  const keepPosition = (): void => void store?.writePosition(playback.position.get()).catch(ignore);
  queue.subscribe(() => {
    isQueueKept = false;
    clearTimeout(timer);
    timer = setTimeout(keepQueue, queueAfterMs);
    const known = queue
      .get()
      .entries.slice(0, 300)
      .flatMap(({ itemId }) => items.get(itemId) ?? []);
    store?.rememberItems(known).catch(ignore);
  });
  setInterval(() => playback.state.get().status === "playing" && keepPosition(), positionEveryMs);
  // Nothing is written once the page is being left (what is hidden after that is hidden for good): WebKit keeps such a page for going back,
  // with its transaction unfinished, and every page after it waits for that.
  let isLeft = false;
  addEventListener("pagehide", () => (isLeft = true));
  addEventListener("pageshow", () => (isLeft = false));
  // A page in the background may be ended without another word.
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !isLeft) {
      keepQueue();
      keepPosition();
    }
  });
  let wasPlaying = false;
  playback.state.subscribe(() => {
    const isPlaying = playback.state.get().status === "playing";
    if (wasPlaying && !isPlaying) keepPosition();
    wasPlaying = isPlaying;
  });
  addEventListener("online", () => playback.retryNow());
}

/** Has the elements and the page follow the settings. */
export function followSettings({ yours, ports }: Pick<Services, "yours" | "ports">): void {
  const apply = (): void => {
    const { volume, isMuted, playbackRate, theme } = yours.settings.get();
    ports.setVolume(volume);
    ports.setMuted(isMuted);
    ports.setSpeed(playbackRate);
    document.documentElement.dataset["theme"] = theme;
  };
  apply();
  yours.settings.subscribe(apply);
}

/** Two tabs that play at once are one too many: the one that began last goes on. */
export function listenToTabs({ playback, tabs }: Pick<Services, "playback" | "tabs">): void {
  let wasPlaying = false;
  playback.state.subscribe(() => {
    const isPlaying = playback.state.get().status === "playing";
    if (isPlaying && !wasPlaying) tabs.send({ kind: "playing" });
    wasPlaying = isPlaying;
  });
  tabs.listen((message) => {
    if (message.kind === "playing") playback.pause();
    if (message.kind === "forgotten") location.reload();
  });
}
