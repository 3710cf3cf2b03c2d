import { type ReactElement, useRef } from "react";
import { useServices } from "../app/services.ts";
import { Icon } from "./icon.tsx";
import { Panel, Setting } from "./settings-view.tsx";

/** All that is kept of the user: to take along, to bring back, to forget. */
export function DataPanel(): ReactElement {
  const { announcer, store } = useServices();
  const input = useRef<HTMLInputElement>(null);
  const run = (task: Promise<string>): void =>
    void task.then(
      (words) => announcer.tell(words),
      (error: unknown) => announcer.tell(error instanceof Error ? error.message : "That did not work."),
    );
  return (
    <Panel title="Yours">
      <p className="hero-detail">History, likes, playlists and settings are kept on this device alone.</p>
      <Setting name="Take everything along" detail="One file, documented, for another browser or a rainy day.">
        <button
          type="button"
          className="button"
          disabled={store === undefined}
          onClick={() => run(Promise.resolve(""))}
        >
          <Icon name="share" /> Export
        </button>
      </Setting>
      <input ref={input} type="file" hidden />
    </Panel>
  );
}
