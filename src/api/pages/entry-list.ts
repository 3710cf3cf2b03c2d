import { html as markup } from "hono/html";
import { formatDay, formatName, formatSize } from "./entry-text.ts";
import { renderIcon } from "./icons.ts";
import { assertLocalHref, formatDownloadHref } from "./page-href.ts";
import type { Markup } from "./page-shell.ts";

/** One line of a listing. */
export interface ListingEntry {
  readonly kind: "folder" | "audio" | "video" | "image" | "other";
  readonly name: string;
  /** Where it opens: `/browse/...` for folders, `/media/...` for files; already percent-encoded. */
  readonly href: string;
  readonly sizeBytes?: number | undefined;
  readonly modifiedAt?: Date | undefined;
  /** A WebVTT file to offer as captions of a video. */
  readonly captionsHref?: string | undefined;
}

const kindLabels = { folder: "Folder", audio: "Audio", video: "Video", image: "Image", other: "File" } as const;

/** The entries as a list: folders first, otherwise in the order given. */
export function renderEntryList(entries: readonly ListingEntry[]): Markup {
  const ordered = [
    ...entries.filter((entry) => entry.kind === "folder"),
    ...entries.filter((entry) => entry.kind !== "folder"),
  ];
  return markup`<ul class="entries" role="list">
${ordered.map(renderEntry)}
</ul>`;
}

function renderEntry(entry: ListingEntry): Markup {
  const name = formatName(entry.name);
  const isFolder = entry.kind === "folder";
  const captions =
    entry.captionsHref === undefined ? "" : markup` data-captions="${assertLocalHref(entry.captionsHref)}"`;
  return markup`<li class="entry" data-kind="${entry.kind}">
<a class="open" href="${assertLocalHref(entry.href)}"${captions}>
<span class="tile">${renderIcon(entry.kind)}<span class="beat" aria-hidden="true"><i></i><i></i><i></i></span></span>
<span class="label"><bdi class="name">${name}</bdi><span class="kind visually-hidden">${kindLabels[entry.kind]}</span>
${entry.captionsHref === undefined ? "" : markup`<span class="badge">${renderIcon("captions")}<span class="visually-hidden">with captions</span></span>`}</span>
${renderSize(entry.sizeBytes)}${renderDay(entry.modifiedAt)}
</a>
${isFolder ? markup`<span class="go">${renderIcon("forward")}</span>` : markup`<a class="button save" href="${formatDownloadHref(entry.href)}" aria-label="Download ${name}">${renderIcon("download")}</a>`}
</li>
`;
}

function renderSize(sizeBytes: number | undefined): Markup {
  return markup`<span class="size">${sizeBytes === undefined ? "" : formatSize(sizeBytes)}</span>`;
}

function renderDay(modifiedAt: Date | undefined): Markup {
  const day = modifiedAt === undefined ? undefined : formatDay(modifiedAt);
  if (modifiedAt === undefined || day === undefined) return markup`<span class="day"></span>`;
  return markup`<time class="day" datetime="${modifiedAt.toISOString()}">${day}</time>`;
}
