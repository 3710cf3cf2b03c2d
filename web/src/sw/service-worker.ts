/// <reference lib="webworker" />
import { openPlayerDatabase, type PlayerDatabase } from "../offline/player-database.ts";
import { assetCacheName } from "../offline/saved-assets.ts";
import { openTabChannel } from "../offline/tab-channel.ts";
import { respondWithSaved } from "./saved-media-response.ts";
import { createShellCache, shellPage } from "./shell-cache.ts";
import { routeRequest } from "./worker-route.ts";

/** Filled in by the build: absolute paths of the app's files, and what changes with any of them. */
declare const __SHELL_FILES__: readonly string[];
declare const __SHELL_VERSION__: string;
declare const self: ServiceWorkerGlobalScope;

const shell = createShellCache(caches, __SHELL_VERSION__, __SHELL_FILES__);
const shellFiles = new Set(__SHELL_FILES__);
let database: Promise<PlayerDatabase> | undefined;

self.addEventListener("install", (event) => {
  event.waitUntil(shell.install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([shell.activate(), self.clients.claim()]));
});

// A new version waits until the page says so, or is gone: two versions of one app in one page would not fit together.
self.addEventListener("message", ({ data }) => {
  if (data === "activate-now") {
    void self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const route = routeRequest(request, self.location.origin, shellFiles);
  switch (route.kind) {
    case "saved-media":
      return event.respondWith(answerMedia(request, route.itemId));
    case "saved-asset":
      return event.respondWith(answerAsset(route.path));
    case "shell-page":
      return event.respondWith(answerShell(request, shellPage));
    case "shell-file":
      return event.respondWith(answerShell(request, route.path));
    case "network":
  }
});

async function answerShell(request: Request, path: string): Promise<Response> {
  return (await shell.match(path)) ?? (await fetch(request));
}

async function answerAsset(path: string): Promise<Response> {
  const cache = await caches.open(assetCacheName);
  return (await cache.match(path)) ?? new Response(null, { status: 404 });
}

async function answerMedia(request: Request, itemId: string): Promise<Response> {
  try {
    const opened = await openDatabase();
    const saved = await opened.get("saved", itemId);
    return saved === undefined
      ? new Response("This item is not saved.", { status: 404 })
      : await respondWithSaved(request, saved, tellMissing);
  } catch (error) {
    database = undefined;
    throw error;
  }
}

/** The pages, which then play it from the network where they can. */
function tellMissing(itemId: string): void {
  const channel = openTabChannel();
  channel.send({ kind: "missing", itemId });
  // Not by `using`: Safari has no Symbol.dispose to go by.
  channel[Symbol.dispose]();
}

/** Once: a worker is asked for ranges many times a second. It lets go where a newer version wants to change the shape. */
function openDatabase(): Promise<PlayerDatabase> {
  database ??= openPlayerDatabase(() => (database = undefined));
  return database;
}
