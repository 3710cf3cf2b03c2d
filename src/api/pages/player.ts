import { html as markup } from "hono/html";
import { renderIcon } from "./icons.ts";
import type { Markup } from "./page-shell.ts";

/** The player and the image viewer, hidden until the script has something to show in them. */
export function renderPlayer(): Markup {
  return markup`<section class="player" id="player" aria-label="Player" hidden>
<div class="stage" id="player-stage" hidden><video id="player-video" controls playsinline preload="metadata"></video></div>
<div class="bar">
<div class="now">
<span class="art" id="player-art">${renderIcon("audio")}${renderIcon("video")}<img id="player-cover" alt="" hidden></span>
<p class="now-text"><bdi class="now-title" id="player-title"></bdi><span class="now-state" id="player-state" role="status"></span></p>
</div>
<audio id="player-audio" controls preload="metadata" hidden></audio>
<div class="buttons">
<button type="button" id="player-previous" aria-label="Previous in this folder">${renderIcon("previous")}</button>
<button type="button" id="player-next" aria-label="Next in this folder">${renderIcon("next")}</button>
<a class="button" id="player-download" aria-label="Download what is playing">${renderIcon("download")}</a>
<button type="button" id="player-close" aria-label="Close the player">${renderIcon("close")}</button>
</div>
</div>
</section>
<dialog class="viewer" id="viewer" aria-label="Image viewer">
<figure>
<img id="viewer-image" alt="">
<figcaption><bdi id="viewer-title"></bdi><span class="now-state" id="viewer-state" role="status"></span></figcaption>
</figure>
<button type="button" class="viewer-step viewer-previous" id="viewer-previous" aria-label="Previous image">${renderIcon("back")}</button>
<button type="button" class="viewer-step viewer-next" id="viewer-next" aria-label="Next image">${renderIcon("forward")}</button>
<div class="viewer-tools">
<a class="button" id="viewer-download" aria-label="Download this image">${renderIcon("download")}</a>
<button type="button" id="viewer-close" aria-label="Close the image">${renderIcon("close")}</button>
</div>
</dialog>`;
}
