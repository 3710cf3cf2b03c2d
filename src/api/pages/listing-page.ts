import { html as markup } from "hono/html";
import { renderEntryList, type ListingEntry } from "./entry-list.ts";
import { formatCount, formatName, formatSize } from "./entry-text.ts";
import { renderIcon, type IconName } from "./icons.ts";
import { assertLocalHref, formatBrowseHref } from "./page-href.ts";
import { renderShell, type Markup } from "./page-shell.ts";
import { renderPlayer } from "./player.ts";

export type { ListingEntry } from "./entry-list.ts";
export { listingContentSecurityPolicy } from "./page-shell.ts";

/** A source as the front page shows it. */
export interface ListingSource {
  readonly name: string;
  /** Where its bytes come from, without credentials: `s3://films/2024`. */
  readonly location: string;
  readonly mediaCount?: number;
}

/** The front page where there are several sources (or none): a card for each. */
export function renderSourcesPage(page: { readonly sources: readonly ListingSource[] }): string {
  const { sources } = page;
  const main = markup`<div class="heading"><div class="heading-text">
<h1>Library</h1>
<p class="summary">${formatCount(sources.length, "source")}</p>
</div></div>
${
  sources.length === 0
    ? renderEmpty("No source is configured.", "Start the server with a folder, a bucket or an address: sluice ./Movies")
    : markup`<ul class="cards" role="list">${sources.map(renderSourceCard)}</ul>`
}`;
  return renderShell({ title: "Sluice", main });
}

function renderSourceCard(source: ListingSource): Markup {
  const count =
    source.mediaCount === undefined ? "" : markup`<span class="count">${formatCount(source.mediaCount, "item")}</span>`;
  return markup`<li><a class="card" href="${formatBrowseHref(source.name, "")}">
<span class="tile">${renderIcon(resolveSourceIcon(source.location))}</span>
<span class="card-text"><bdi class="card-name">${formatName(source.name)}</bdi><bdi class="card-location">${formatName(source.location)}</bdi>${count}</span>
<span class="go">${renderIcon("forward")}</span>
</a></li>
`;
}

function resolveSourceIcon(location: string): IconName {
  if (/^s3:/i.test(location)) return "bucket";
  return /^[a-z][a-z\d+.-]+:\/\//i.test(location) && !/^file:/i.test(location) ? "globe" : "folder";
}

/**
 * What lies directly in a folder. With `home` the page is shown at `/`, because its source is the only one.
 * @throws RangeError where a link leads off this server
 */
export function renderFolderPage(page: {
  readonly source: string;
  readonly prefix: string;
  readonly entries: readonly ListingEntry[];
  readonly nextHref?: string | undefined;
  readonly home: boolean;
}): string {
  const { source, prefix, entries, nextHref } = page;
  const parts = prefix === "" ? [] : prefix.replace(/\/$/, "").split("/");
  const title = formatName(parts.at(-1) ?? source);
  const cover = entries.find(isCover);
  const main = markup`${page.home && parts.length === 0 ? "" : renderCrumbs(source, parts)}
<div class="heading">
${cover === undefined ? "" : markup`<img class="cover" id="cover" src="${assertLocalHref(cover.href)}" alt="" width="160" height="160">`}
<div class="heading-text">
<h1><bdi>${title}</bdi></h1>
<p class="summary">${formatSummary(entries, nextHref !== undefined)}</p>
</div>
</div>
${entries.length === 0 ? renderEmpty("Nothing here.", "This folder is empty.") : renderEntryList(entries)}
${nextHref === undefined ? "" : markup`<nav class="more" aria-label="Pages"><a class="next-page" rel="next" href="${assertLocalHref(nextHref)}">Next page${renderIcon("forward")}</a></nav>`}`;
  return renderShell({ title: `${title} · Sluice`, main, player: renderPlayer() });
}

function renderCrumbs(source: string, parts: readonly string[]): Markup {
  const folders = [source, ...parts].map((name, depth) => ({
    name: formatName(name),
    href: formatBrowseHref(source, parts.slice(0, depth).join("/")),
  }));
  const last = folders.length - 1;
  return markup`<nav class="crumbs" aria-label="Breadcrumbs"><ol>
<li><a href="/files">Library</a></li>
${folders.map(({ name, href }, depth) =>
  depth === last
    ? markup`<li><span aria-current="page"><bdi>${name}</bdi></span></li>`
    : markup`<li><a href="${href}"><bdi>${name}</bdi></a></li>`,
)}
</ol></nav>`;
}

function isCover(entry: ListingEntry): boolean {
  return entry.kind === "image" && /^(?:cover|folder|front|album)\.(?:jpe?g|png|webp|avif)$/i.test(entry.name);
}

const summaryWords = { folder: "folder", video: "video", audio: "track", image: "image", other: "other file" } as const;
const summaryOrder = ["folder", "video", "audio", "image", "other"] as const;

function formatSummary(entries: readonly ListingEntry[], hasMore: boolean): string {
  const shown = summaryOrder
    .map((kind) => ({ kind, count: entries.filter((entry) => entry.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => formatCount(count, summaryWords[kind]));
  const sizeBytes = entries.reduce((sum, entry) => sum + (entry.sizeBytes ?? 0), 0);
  if (sizeBytes > 0) shown.push(formatSize(sizeBytes));
  return `${shown.join(" · ")}${hasMore ? " on this page" : ""}`;
}

function renderEmpty(title: string, detail: string): Markup {
  return markup`<div class="empty">${renderIcon("folder")}<p class="empty-title">${title}</p><p>${detail}</p></div>`;
}

/** What a browser is shown when a page cannot be: `title` and `detail` are plain text. */
export function renderErrorPage(page: {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}): string {
  const main = markup`<div class="failure">
<p class="failure-status">${page.status}</p>
<h1><bdi>${formatName(page.title)}</bdi></h1>
<p class="failure-detail"><bdi>${page.detail.toWellFormed()}</bdi></p>
<p><a class="next-page" href="/">Back to the library</a></p>
</div>`;
  return renderShell({ title: `${page.title} · Sluice`, main });
}
