// Reads tags in a thread of its own; what it needs of an object it asks of the thread that holds the source.
import { parentPort } from "node:worker_threads";
import type { FactsRequest, FactsResponse } from "./facts-thread.ts";
import { readObjectFacts, type ReadableObject } from "./object-facts.ts";

const asked = new Map<number, (data: Uint8Array | undefined) => void>();
let lastAsk = 0;

parentPort?.on("message", (request: FactsRequest) => {
  if (request.type === "bytes") {
    asked.get(request.ask)?.(request.data);
    asked.delete(request.ask);
  } else {
    void answer(request);
  }
});

async function answer(request: FactsRequest & { readonly type: "read" }): Promise<void> {
  const { id, named } = request;
  const facts = await readObjectFacts(distantObject(request), named).catch((error: unknown) => {
    // That it could not be read the other thread knows better; all else is a fault of the file.
    return {
      ...unreadable,
      issues: [`It could not be read: ${error instanceof Error ? error.message : String(error)}`],
    };
  });
  post({ type: "facts", id, facts });
}

const unreadable = { creators: [], albumCreators: [], genres: [], languages: [], hasArtwork: false };

/** An object of the other thread. */
function distantObject({ id, sizeBytes, head }: FactsRequest & { readonly type: "read" }): ReadableObject {
  return {
    sizeBytes,
    async read({ start, end }, sink) {
      const data = end <= head.length ? head.subarray(start, end) : await askFor(id, start, end);
      await sink.write(data);
    },
  };
}

async function askFor(id: number, start: number, end: number): Promise<Uint8Array> {
  const ask = ++lastAsk;
  const data = await new Promise<Uint8Array | undefined>((resolve) => {
    asked.set(ask, resolve);
    post({ type: "ask", id, ask, start, end });
  });
  if (data === undefined) {
    throw new Error("its bytes could not be read");
  }
  return data;
}

function post(response: FactsResponse): void {
  parentPort?.postMessage(response);
}
