import { describe, expect, it } from "vitest";
import { encodeFormatId, parseFormatWish } from "./choose-format.ts";
import { formatItemKey, parseItemKey, withForm } from "./item-key.ts";

const address = "https://video.example/watch?v=ä/ö&t=1#x";

describe("item keys", () => {
  it.each([
    { address },
    { address, form: "audio~hi" },
    { address, identity: { extractor: "Youtube", id: "dQw4w9WgXcQ" } },
    { address, identity: { extractor: "Generic", id: "a:b/c d%2F?ü" }, form: "f~2e1+2" },
  ])("say what they were made of: $identity.id $form", (item) => {
    const key = formatItemKey(item);
    expect(parseItemKey(key, "ytdlp:")).toEqual({ identity: undefined, form: undefined, ...item });
    // A key is one or two segments, each fit for an address.
    expect(key).toMatch(/^[\w:%~.!'()*-]+(\/[\w~+-]+)?$/);
  });

  it("take forms that stand in addresses, and no others", () => {
    expect(withForm({ address }, "best~lo", "ytdlp:").form).toBe("best~lo");
    for (const form of ["", "a/b", "a.b", "x".repeat(161), "ü"]) {
      expect(() => withForm({ address }, form, "ytdlp:")).toThrow(/not a format/);
    }
  });
});

describe("format ids", () => {
  it.each(["140", "hls-1.5", "http-1080p(1)", "22~2e", "ü ~", "best~hi"])("%s comes back as it was", (id) => {
    const encoded = encodeFormatId(id);
    expect(encoded).toMatch(/^[\w~+-]+$/);
    expect(parseFormatWish(encoded)).toEqual({ kind: "format", id });
  });

  it("are told from wishes", () => {
    expect(parseFormatWish(undefined)).toEqual({ kind: "quality", tracks: "best", quality: "hi" });
    expect(parseFormatWish("audio~lo")).toEqual({ kind: "quality", tracks: "audio", quality: "lo" });
    expect(parseFormatWish("video~md")).toEqual({ kind: "quality", tracks: "video", quality: "md" });
  });
});
