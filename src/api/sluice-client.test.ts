import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createSluiceClient, SluiceProblem } from "./sluice-client.ts";

/** A server that answers everything in one way, and what it was asked. */
function serverThat(answer: () => Response): { readonly asked: string[]; readonly fetch: typeof fetch } {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (input, init) => {
      asked.push(`${init?.method ?? "GET"} ${new Request(input).url}`);
      return answer();
    },
  };
}

describe("createSluiceClient()", () => {
  it("brings nothing into a player's bundle but itself", () => {
    for (const file of ["sluice-client.ts", "contract.ts"]) {
      const text = readFileSync(new URL(file, import.meta.url), "utf8");
      expect(text.match(/^import (?!type )/gm)).toBeNull();
    }
  });

  it("asks at the right addresses, whatever is in a name", async () => {
    const { asked, fetch } = serverThat(() => Response.json({}));
    const client = createSluiceClient("https://media.example/", fetch);
    await client.search("a&b", { kind: ["audio", "video"], limit: 5, cursor: undefined });
    await client.browse("my films", "a b/c?d/");
    await client.stream("~x", { format: "hi" });
    await client.recordPlay("a/b", { previousItemId: "c" });
    expect(asked).toEqual([
      "GET https://media.example/api/v3/search?q=a%26b&kind=audio&kind=video&limit=5",
      "GET https://media.example/api/v3/browse/my%20films/a%20b/c%3Fd/",
      "GET https://media.example/api/v3/items/~x/stream?format=hi",
      "POST https://media.example/api/v3/items/a%2Fb/plays",
    ]);
    expect(client.resolveUrl("/stream/a.b")).toBe("https://media.example/stream/a.b");
  });

  it("rejects with what the server said, or with the status where it said nothing", async () => {
    const problem = { status: 429, code: "too-many-requests", detail: "Later." };
    const busy = serverThat(() => Response.json(problem, { status: 429, headers: { "retry-after": "7" } }));
    const refusal = await createSluiceClient("https://a.example", busy.fetch)
      .prepare("x")
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SluiceProblem);
    expect(refusal).toMatchObject({ status: 429, code: "too-many-requests", message: "Later.", retryAfterSeconds: 7 });
    const proxy = serverThat(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    const failure = await createSluiceClient("https://a.example", proxy.fetch)
      .home()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 502, code: "unknown", retryAfterSeconds: undefined });
  });
});
