// Plays what the listing links to, in place. Without this file every link still opens its media. Nothing is remembered.

/**
 * @typedef {"audio" | "video" | "image"} Kind
 * @typedef {object} Item
 * @property {Kind} kind
 * @property {string} name
 * @property {string} href
 * @property {string | undefined} captions
 * @property {HTMLElement} row
 * @property {HTMLAnchorElement} link
 */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function find(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`The page has no ${type.name} #${id}`);
  return element;
}

/** @returns {Item[]} what this page lists and a browser may show, in its order */
function readItems() {
  /** @type {Item[]} */
  const items = [];
  for (const row of document.querySelectorAll("li.entry")) {
    const link = row.querySelector("a.open");
    if (!(row instanceof HTMLElement) || !(link instanceof HTMLAnchorElement)) continue;
    const kind = row.dataset.kind;
    if (kind !== "audio" && kind !== "video" && kind !== "image") continue;
    const name = row.querySelector(".name")?.textContent ?? "";
    items.push({ kind, name, href: link.href, captions: link.dataset.captions, row, link });
  }
  return items;
}

/** @param {string} href @returns {string} the address that saves the file */
function downloadHref(href) {
  const url = new URL(href);
  return `${href}${url.search === "" ? "?" : "&"}download`;
}

/** @param {HTMLMediaElement} media lets go of the connection too, which pausing alone does not */
function unload(media) {
  media.pause();
  media.replaceChildren();
  media.removeAttribute("src");
  media.load();
}

/** @param {Item} item @param {HTMLMediaElement} media */
function load(item, media) {
  if (item.captions !== undefined) {
    const track = document.createElement("track");
    track.kind = "captions";
    track.label = "Captions";
    track.srclang = document.documentElement.lang;
    track.default = true;
    track.src = item.captions;
    media.append(track);
  }
  media.src = item.href;
  resume(media);
}

/** @param {HTMLMediaElement} media a browser that wants a click first refuses: the controls are there for that */
function resume(media) {
  media.play().catch(() => undefined);
}

class Player {
  /** @type {Item[]} */
  #playlist;
  /** @type {Item | undefined} */
  #current;
  #panel = find("player", HTMLElement);
  #stage = find("player-stage", HTMLElement);
  #audio = find("player-audio", HTMLAudioElement);
  #video = find("player-video", HTMLVideoElement);
  #title = find("player-title", HTMLElement);
  #state = find("player-state", HTMLElement);
  #cover = find("player-cover", HTMLImageElement);
  #previous = find("player-previous", HTMLButtonElement);
  #next = find("player-next", HTMLButtonElement);
  #download = find("player-download", HTMLAnchorElement);
  #coverHref = "";

  /** @param {Item[]} playlist what plays one after the other */
  constructor(playlist) {
    this.#playlist = playlist;
    const folderCover = document.getElementById("cover");
    if (folderCover instanceof HTMLImageElement) this.#coverHref = folderCover.src;
    for (const media of [this.#audio, this.#video]) {
      media.addEventListener("play", () => this.#markRow());
      media.addEventListener("pause", () => this.#markRow());
      media.addEventListener("ended", () => this.#step(1));
      media.addEventListener("error", () => this.#explain(media));
    }
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    find("player-close", HTMLButtonElement).addEventListener("click", () => this.#close());
  }

  /** @param {Item} item plays it; what is playing already, it pauses or resumes */
  play(item) {
    const media = this.#active();
    if (item === this.#current && media.error === null) {
      if (media.paused) resume(media);
      else media.pause();
      return;
    }
    this.#leave();
    this.#current = item;
    this.#show(item);
    load(item, this.#active());
    this.#markRow();
    this.#announce(item);
  }

  #active() {
    return this.#current?.kind === "video" ? this.#video : this.#audio;
  }

  /** @param {Item} item */
  #show(item) {
    const at = this.#playlist.indexOf(item);
    this.#panel.hidden = false;
    this.#panel.dataset.kind = item.kind;
    this.#stage.hidden = item.kind !== "video";
    this.#audio.hidden = item.kind !== "audio";
    this.#title.textContent = item.name;
    this.#state.textContent = `${at + 1} of ${this.#playlist.length}`;
    this.#cover.hidden = item.kind !== "audio" || this.#coverHref === "";
    if (!this.#cover.hidden) this.#cover.src = this.#coverHref;
    this.#previous.disabled = at === 0;
    this.#next.disabled = at === this.#playlist.length - 1;
    this.#download.href = downloadHref(item.href);
  }

  /** @param {Item} item tells the lock screen and the media keys */
  #announce(item) {
    if (!("mediaSession" in navigator)) return;
    const artwork = this.#coverHref === "" ? [] : [{ src: this.#coverHref }];
    const album = document.querySelector("h1")?.textContent ?? "";
    navigator.mediaSession.metadata = new MediaMetadata({ title: item.name, album, artwork });
    navigator.mediaSession.setActionHandler("previoustrack", this.#previous.disabled ? null : () => this.#step(-1));
    navigator.mediaSession.setActionHandler("nexttrack", this.#next.disabled ? null : () => this.#step(1));
  }

  #markRow() {
    if (this.#current === undefined) return;
    this.#current.row.dataset.current = this.#active().paused ? "paused" : "playing";
    this.#current.link.setAttribute("aria-current", "true");
  }

  /** @param {HTMLMediaElement} media */
  #explain(media) {
    // Letting go of an address is an "error" too, but then there is none.
    if (this.#current === undefined || media !== this.#active() || media.error === null) return;
    this.#state.textContent = "This browser cannot play it. You can download it.";
  }

  /** @param {number} offset */
  #step(offset) {
    if (this.#current === undefined) return;
    const item = this.#playlist[this.#playlist.indexOf(this.#current) + offset];
    if (item !== undefined) this.play(item);
  }

  #leave() {
    if (this.#current === undefined) return;
    const media = this.#active();
    delete this.#current.row.dataset.current;
    this.#current.link.removeAttribute("aria-current");
    this.#current = undefined;
    unload(media);
  }

  #close() {
    const link = this.#current?.link;
    this.#leave();
    this.#panel.hidden = true;
    if ("mediaSession" in navigator) navigator.mediaSession.metadata = null;
    link?.focus();
  }
}

/** @param {Item[]} images */
function createViewer(images) {
  const dialog = find("viewer", HTMLDialogElement);
  const picture = find("viewer-image", HTMLImageElement);
  const title = find("viewer-title", HTMLElement);
  const state = find("viewer-state", HTMLElement);
  const previous = find("viewer-previous", HTMLButtonElement);
  const next = find("viewer-next", HTMLButtonElement);
  const download = find("viewer-download", HTMLAnchorElement);
  let at = 0;

  /** @param {number} index */
  function show(index) {
    const item = images[index];
    if (item === undefined) return;
    at = index;
    picture.src = item.href;
    picture.alt = item.name;
    title.textContent = item.name;
    state.textContent = `${index + 1} of ${images.length}`;
    previous.disabled = index === 0;
    next.disabled = index === images.length - 1;
    previous.hidden = next.hidden = images.length === 1;
    download.href = downloadHref(item.href);
    if (!dialog.open) dialog.showModal();
  }

  picture.addEventListener("error", () => {
    if (dialog.open) state.textContent = "This browser cannot show it. You can download it.";
  });
  previous.addEventListener("click", () => show(at - 1));
  next.addEventListener("click", () => show(at + 1));
  find("viewer-close", HTMLButtonElement).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // The empty space around a picture belongs to the figure.
    if (event.target instanceof HTMLElement && event.target.tagName === "FIGURE") dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  dialog.addEventListener("close", () => {
    picture.removeAttribute("src");
    images[at]?.link.focus();
  });
  return { show: (/** @type {Item} */ item) => show(images.indexOf(item)) };
}

function start() {
  if (document.getElementById("player") === null) return;
  const items = readItems();
  const images = items.filter((item) => item.kind === "image");
  const player = new Player(items.filter((item) => item.kind !== "image"));
  const viewer = createViewer(images);
  for (const item of items) {
    item.link.addEventListener("click", (event) => {
      // A click that asks for a new tab or window is the browser's.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      if (item.kind === "image") viewer.show(item);
      else player.play(item);
    });
  }
  const cover = document.getElementById("cover");
  cover?.addEventListener("click", () => {
    const item = images.find((image) => cover instanceof HTMLImageElement && image.href === cover.src);
    if (item !== undefined) viewer.show(item);
  });
}

start();
