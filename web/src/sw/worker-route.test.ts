import { describe, expect, it } from "vitest";
import { savedAssetHref, savedMediaHref } from "../offline/saved-item.ts";
import { routeRequest } from "./worker-route.ts";

const origin = "https://media.example";
const shellFiles = new Set(["/", "/assets/main-1a2b.js"]);

function route(path: string, { method = "GET", mode = "cors" } = {}): unknown {
  return routeRequest({ method, mode, url: new URL(path, origin).href }, origin, shellFiles);
}

describe("routeRequest", () => {
  it("opens the app at each of its addresses, and leaves the server its own", () => {
    for (const path of ["/", "/item/abc?t=42", "/search"]) {
      expect(route(path, { mode: "navigate" })).toEqual({ kind: "shell-page" });
    }
    for (const path of [
      "/api/v3/home",
      "/stream/token",
      "/files",
      "/browse/music/",
      "/media/a.mp4",
      "/docs",
      "/readyz",
    ]) {
      expect(route(path, { mode: "navigate" })).toEqual({ kind: "network" });
    }
    expect(route("/assets/main-1a2b.js")).toEqual({ kind: "shell-file", path: "/assets/main-1a2b.js" });
    expect(route("/share", { mode: "navigate", method: "POST" })).toEqual({ kind: "network" });
  });

  it("never answers for the network's media", () => {
    expect(route("/stream/token")).toEqual({ kind: "network" });
    expect(route("https://elsewhere.example/saved/a")).toEqual({ kind: "network" });
  });

  it("knows what is saved by ids of any kind", () => {
    for (const itemId of ["abc", "~a/b?c#d", "ü %2F"]) {
      expect(route(savedMediaHref(itemId), { method: "HEAD" })).toEqual({ kind: "saved-media", itemId });
    }
    const path = savedAssetHref("~a/b", "captions/0");
    expect(route(path)).toEqual({ kind: "saved-asset", path });
    expect(route("/saved/%ff")).toEqual({ kind: "network" });
  });
});
