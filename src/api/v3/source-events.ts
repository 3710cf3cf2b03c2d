import type { ApiContext } from "./api-context.ts";
import { presentSource } from "./source-status.ts";

/** Tells listeners of sources. */
export interface SourceEvents extends Disposable {
  sourceChanged(sourceId: string): void;
}

/** A scan changes its source's figures with every batch; listeners need not see each. */
const leastIntervalMs = 500;

/** Creates the teller: many changes of a source within a moment are told once, as it is at the end of that moment. */
export function createSourceEvents(
  { catalog, sources, events }: Pick<ApiContext, "catalog" | "sources" | "events">,
  onError: (error: unknown) => void,
): SourceEvents {
  const timers = new Map<string, NodeJS.Timeout>();

  async function tell(sourceId: string): Promise<void> {
    timers.delete(sourceId);
    const source = sources.byId(sourceId);
    if (source !== undefined && events.listenerCount > 0) {
      events.publish({
        type: "source",
        data: presentSource(source, await catalog.source(sourceId), { forOperator: false }),
      });
    }
  }

  return {
    sourceChanged(sourceId) {
      if (!timers.has(sourceId)) {
        timers.set(sourceId, setTimeout(() => void tell(sourceId).catch(onError), leastIntervalMs).unref());
      }
    },
    [Symbol.dispose]() {
      timers.forEach((timer) => clearTimeout(timer));
      timers.clear();
    },
  };
}
