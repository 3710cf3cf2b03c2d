import { parseSavedHref } from "../offline/saved-item.ts";

/** Who answers a request. */
export type WorkerRoute =
  | { readonly kind: "saved-media"; readonly itemId: string }
  | { readonly kind: "saved-asset"; readonly path: string }
  /** The app's page, whatever address of the app it is. */
  | { readonly kind: "shell-page" }
  | { readonly kind: "shell-file"; readonly path: string }
  /** The network, as if there were no worker: the server's media above all. */
  | { readonly kind: "network" };

/** What a worker sees of a request. */
export interface RoutedRequest {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

/** Under these the server answers pages and media of its own. */
const serverFolders = [
  "/api/",
  "/stream/",
  "/media/",
  "/browse/",
  "/files",
  "/docs",
  "/openapi.json",
  "/healthz",
  "/readyz",
  "/metrics",
];

/** Decides who answers. What another origin, or the server itself, should answer is not touched. */
export function routeRequest(
  { method, url, mode }: RoutedRequest,
  origin: string,
  shellFiles: ReadonlySet<string>,
): WorkerRoute {
  const target = new URL(url);
  if (target.origin !== origin) {
    return { kind: "network" };
  }
  const saved = parseSavedHref(target.pathname);
  if (saved !== undefined) {
    return saved.asset === undefined
      ? { kind: "saved-media", itemId: saved.itemId }
      : { kind: "saved-asset", path: target.pathname };
  }
  if (method !== "GET") {
    return { kind: "network" };
  }
  if (shellFiles.has(target.pathname) && target.pathname !== "/") {
    return { kind: "shell-file", path: target.pathname };
  }
  const isServers = serverFolders.some((folder) => target.pathname.startsWith(folder));
  return mode === "navigate" && !isServers ? { kind: "shell-page" } : { kind: "network" };
}
