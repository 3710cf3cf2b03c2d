import { navigate } from "wouter/use-browser-location";
import type { Item, MediaKind } from "../../../src/api/contract.ts";
import { openedFilePrefix } from "./opened-files.ts";
import { createPlayActions, isPlayable } from "./play-actions.ts";
import type { Services } from "./services.ts";

/** What the system hands over with a launch (https://wicg.github.io/web-app-launch/). */
export interface LaunchParameters {
  readonly targetURL?: string | undefined;
  readonly files?: readonly FileSystemHandle[] | undefined;
}

/** Opens what the system launched the app for: files, a shortcut, something shared. What plays goes on where it is none of the first. */
export async function openLaunched({ targetURL, files = [] }: LaunchParameters, services: Services): Promise<void> {
  const target = URL.parse(targetURL ?? "");
  if (target?.origin === location.origin && target.pathname + target.search !== location.pathname + location.search) {
    navigate(target.pathname + target.search);
  }
  const opened = files.filter((handle) => handle instanceof FileSystemFileHandle).map((handle) => handle.getFile());
  if (opened.length > 0) {
    openFiles(await Promise.all(opened), services);
  }
}

/** Plays files of this device, or shows them where they are pictures. */
export function openFiles(files: readonly File[], services: Services): void {
  const { openedFiles, announcer } = services;
  const items = files.flatMap((file): readonly Item[] => {
    const item = itemOf(file);
    if (item === undefined) return [];
    URL.revokeObjectURL(openedFiles.get(item.id)?.url ?? "");
    openedFiles.set(item.id, { item, url: URL.createObjectURL(file) });
    return [item];
  });
  const leftOut = files.length - items.length;
  if (leftOut > 0) {
    announcer.tell(
      leftOut === files.length ? "No browser plays such a file." : `${leftOut} of the files are of no kind that plays.`,
    );
  }
  services.items.remember(items);
  if (items.some(isPlayable)) {
    createPlayActions(services).playFrom(items);
  }
  if (items.length > 0) {
    navigate("/open");
  }
}

/** The same file is the same item, opened again: one goes on where one was in it. */
function itemOf(file: File): Item | undefined {
  const kind = file.type.split("/", 1)[0];
  const isKind = (text: string | undefined): text is MediaKind =>
    text === "audio" || text === "video" || text === "image";
  const at = new Date(file.lastModified).toISOString();
  return !isKind(kind)
    ? undefined
    : {
        id: `${openedFilePrefix}${file.size}-${file.lastModified}-${file.name}`,
        kind,
        title: file.name.replace(/\.\w{1,5}$/, ""),
        creators: [],
        genres: [],
        mediaType: file.type,
        sizeBytes: file.size,
        source: "this device",
        path: file.name,
        captions: [],
        lyrics: [],
        issues: [],
        addedAt: at,
        changedAt: at,
      };
}
