import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { finishJsonAnswer } from "./json-answer.ts";

const long = { text: "sluice ".repeat(1000) };

function ask(headers: Record<string, string>, answer: Response, method = "GET"): Promise<Response> {
  return finishJsonAnswer(new Request("http://host/", { headers, method }), answer);
}

describe("finishJsonAnswer()", () => {
  it.each([
    ["br, gzip", "br"],
    ["gzip, deflate, br;q=0", "gzip"],
    ["*", "br"],
    ["GZIP;q=0.5", "gzip"],
    ["deflate", null],
    ["gzip;q=0, br;q=0.0", null],
    ["", null],
  ])("compresses for Accept-Encoding %j with %j", async (accepted, coding) => {
    const response = await ask({ "accept-encoding": accepted }, Response.json(long));
    expect(response.headers.get("content-encoding")).toBe(coding);
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("content-length")).toBe(String(body.length));
    const plain = coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body;
    expect(JSON.parse(plain.toString())).toEqual(long);
  });

  it("answers who has it with 304, whatever the coding", async () => {
    const first = await ask({ "accept-encoding": "br" }, Response.json(long));
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    for (const held of [etag, `"other", ${etag.slice(2)}`, "*"]) {
      const again = await ask({ "if-none-match": held }, Response.json(long));
      expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await ask({ "if-none-match": '"other"' }, Response.json(long))).status).toBe(200);
    expect((await ask({ "if-none-match": etag }, Response.json({ ...long, a: 1 }))).status).toBe(200);
  });

  it("tags no failure and nothing that must not be kept, compresses nothing small, and leaves the rest alone", async () => {
    const failure = await ask({ "accept-encoding": "br" }, Response.json({ status: 404 }, { status: 404 }));
    expect([failure.status, failure.headers.get("etag"), failure.headers.get("content-encoding")]).toEqual([
      404,
      null,
      null,
    ]);
    const secret = await ask({}, Response.json({}, { headers: { "cache-control": "no-store" } }));
    expect(secret.headers.get("etag")).toBeNull();
    const image = new Response(new Uint8Array(5000), { headers: { "content-type": "image/webp" } });
    expect(await ask({ "accept-encoding": "br" }, image)).toBe(image);
  });

  it("answers HEAD with the head of GET", async () => {
    const [get, head] = [await ask({}, Response.json(long)), await ask({}, Response.json(long), "HEAD")];
    expect([...head.headers]).toEqual([...get.headers]);
    expect(await head.text()).toBe("");
  });
});
