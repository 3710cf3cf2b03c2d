import { expect, it } from "vitest";
import { parseOldStreamTarget } from "./old-stream-target.ts";

it.each([
  ["/api/v1/stream_handler", "?url=a.b~c", { token: "a.b~c", isDownload: false }],
  ["/api/v1/stream_handler", "?quality=hi&url=a.b&x", { token: "a.b", isDownload: false }],
  ["/api/v1/d", "?url=a%2Eb", { token: "a.b", isDownload: true }],
  ["/api/v1/d", "", { token: "", isDownload: true }],
  ["/api/v1/stream", "?url=a", undefined],
  ["/api/v2/stream_handler", "?url=a", undefined],
])("reads %s%s", (path, query, target) => {
  expect(parseOldStreamTarget({ path, query })).toEqual(target);
});
