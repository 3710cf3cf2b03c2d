import { describe, expect, it } from "vitest";
import { EventHub } from "./event-hub.ts";

async function readText(stream: ReadableStream<Uint8Array> | undefined, until: string): Promise<string> {
  const reader = stream?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (reader !== undefined && !text.includes(until)) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    text += value;
  }
  await reader?.cancel();
  return text;
}

const idsIn = (text: string): readonly string[] => Array.from(text.matchAll(/^id: (.*)$/gm), ([, id]) => id ?? "");

describe("EventHub", () => {
  it("tells every listener, in order", async () => {
    using hub = new EventHub();
    const streams = [hub.listen(undefined), hub.listen(undefined)];
    hub.publish({ type: "source", data: { text: "a\nb" } });
    hub.publish({ type: "source", data: { last: true } });
    for (const stream of streams) {
      expect((await readText(stream, "last")).replaceAll(/id: .*\n/g, "")).toBe(
        'retry: 3000\n\nevent: source\ndata: {"text":"a\\nb"}\n\nevent: source\ndata: {"last":true}\n\n',
      );
    }
    expect(hub.listenerCount).toBe(0);
  });

  it("goes on where a listener was, and tells him to begin anew where that is not known", async () => {
    using hub = new EventHub({ keptEvents: 3 });
    const stream = hub.listen(undefined);
    for (let number = 1; number <= 5; number += 1) {
      hub.publish({ type: "source", data: { number } });
    }
    const ids = idsIn(await readText(stream, '"number":5'));
    expect(await readText(hub.listen(ids[1]), '"number":5')).toMatch(/"number":3[^]*"number":4[^]*"number":5/);
    expect(await readText(hub.listen(ids[1]), '"number":5')).not.toContain("reset");
    for (const unknown of [ids[0], "other-3", `${ids[4]}9`, "", "x".repeat(10_000)]) {
      expect(await readText(hub.listen(unknown), "reset")).toContain(`id: ${ids[4]}\nevent: reset`);
    }
  });

  it("keeps silent connections alive, and has a limit", async () => {
    using hub = new EventHub({ heartbeatMs: 5, maxListeners: 1 });
    const stream = hub.listen(undefined);
    expect(hub.listen(undefined)).toBeUndefined();
    expect(await readText(stream, "\n:\n\n")).toContain(":\n\n");
    const next = hub.listen(undefined);
    expect(next).toBeDefined();
    await next?.cancel();
  });

  it("lets go of who does not keep up, and ends with its owner", async () => {
    const hub = new EventHub();
    const slow = hub.listen(undefined);
    const data = { text: "x".repeat(10_000) };
    for (let count = 0; count < 40; count += 1) {
      hub.publish({ type: "source", data });
    }
    expect(hub.listenerCount).toBe(0);
    await expect(readText(slow, "never")).rejects.toThrow("does not keep up");
    const last = hub.listen(undefined);
    hub[Symbol.dispose]();
    expect(await readText(last, "never")).toBe("retry: 3000\n\n");
  });
});
