import { html as markup } from "hono/html";
import type { Markup } from "./page-shell.ts";

export type IconName =
  | "folder"
  | "audio"
  | "video"
  | "image"
  | "other"
  | "bucket"
  | "globe"
  | "download"
  | "previous"
  | "next"
  | "back"
  | "forward"
  | "close"
  | "captions";

/** Outlines on a 24 by 24 grid, drawn for this project. Constants only: nothing from a request goes in here. */
const outlines: Readonly<Record<IconName, Markup>> = {
  folder: markup`<path d="M3 7.5A2.5 2.5 0 0 1 5.5 5h3.6l2.4 2.5h7A2.5 2.5 0 0 1 21 10v6.5a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 16.5z"/>`,
  audio: markup`<path d="M9 17.5V6.2l10-2v11.3"/><circle cx="6.5" cy="17.5" r="2.5"/><circle cx="16.5" cy="15.5" r="2.5"/>`,
  video: markup`<rect x="3" y="5" width="18" height="14" rx="3"/><path d="m10.5 9.2 4.6 2.8-4.6 2.8z"/>`,
  image: markup`<rect x="3" y="4.5" width="18" height="15" rx="3"/><circle cx="8.7" cy="9.7" r="1.7"/><path d="m4 17.2 5-4.6 3.3 3 3.4-3.8 4.8 5"/>`,
  other: markup`<path d="M6.5 3.5h7l4.5 4.6v10.4a2 2 0 0 1-2 2h-9.5a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2z"/><path d="M13.2 3.8v4.6h4.5"/>`,
  bucket: markup`<ellipse cx="12" cy="6.3" rx="8" ry="2.8"/><path d="m4 6.3 2 11.9c.3 1.5 2.9 2.3 6 2.3s5.7-.8 6-2.3l2-11.9"/>`,
  globe: markup`<circle cx="12" cy="12" r="8.7"/><path d="M3.3 12h17.4M12 3.3c5 5.4 5 12 0 17.4M12 3.3c-5 5.4-5 12 0 17.4"/>`,
  download: markup`<path d="M12 4.5v10.2m-4.2-4 4.2 4.2 4.2-4.2M5 19.5h14"/>`,
  previous: markup`<path class="solid" d="M18 6.2v11.6L9 12z"/><path d="M6.5 6.2v11.6"/>`,
  next: markup`<path class="solid" d="M6 6.2v11.6l9-5.8z"/><path d="M17.5 6.2v11.6"/>`,
  back: markup`<path d="m14.5 5.5-6.5 6.5 6.5 6.5"/>`,
  forward: markup`<path d="m9.5 5.5 6.5 6.5-6.5 6.5"/>`,
  close: markup`<path d="m6 6 12 12M18 6 6 18"/>`,
  captions: markup`<rect x="3" y="5.5" width="18" height="13" rx="3"/><path d="M10.4 10.4a2.2 2.2 0 1 0 0 3.2m6.6-3.2a2.2 2.2 0 1 0 0 3.2"/>`,
};

/** An icon that says nothing to a screen reader: the text beside it does. */
export function renderIcon(name: IconName): Markup {
  return markup`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${outlines[name]}</svg>`;
}
