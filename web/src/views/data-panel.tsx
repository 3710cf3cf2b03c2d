import { type ReactElement, useRef } from "react";
import { useServices } from "../app/services.ts";
import { exportData, importFile } from "../app/user-files.ts";
import { Icon } from "./icon.tsx";
import { Panel, Setting } from "./setting.tsx";

/** All that is kept of the user: to take along, to bring back, to forget. */
export function DataPanel(): ReactElement {
  const services = useServices();
  const { announcer, store, forget } = services;
  const input = useRef<HTMLInputElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const run = (task: Promise<string>): void =>
    void task.then(
      (words) => announcer.tell(words),
      (error: unknown) =>
        announcer.tell(error instanceof Error ? `That did not work: ${error.message}` : "That did not work."),
    );
  return (
    <Panel title="Yours">
      <p className="hero-detail">History, likes, playlists and settings are kept on this device alone.</p>
      <Setting name="Take everything along" detail="One documented file, for another browser or a rainy day.">
        <button
          type="button"
          className="button"
          disabled={store === undefined}
          onClick={() => store && run(exportData(store))}
        >
          <Icon name="share" /> Export
        </button>
      </Setting>
      <Setting
        name="Bring it back"
        detail="Such a file, or a playlist of another player (M3U, XSPF, JSPF, PLS). Nothing that is here is lost."
      >
        <button type="button" className="button" disabled={store === undefined} onClick={() => input.current?.click()}>
          <Icon name="download" /> Import
        </button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label="File to import"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            if (file !== undefined) run(importFile(file, services));
            event.target.value = "";
          }}
        />
      </Setting>
      <Setting name="Forget everything" detail="History, likes, playlists, settings and all saved media.">
        <button
          type="button"
          className="button button-danger"
          disabled={store === undefined}
          onClick={() => dialog.current?.showModal()}
        >
          <Icon name="trash" /> Forget…
        </button>
      </Setting>
      <dialog ref={dialog} className="dialog" aria-labelledby="forget-title">
        <h2 id="forget-title">Forget everything?</h2>
        <p className="hero-detail">It cannot be taken back. Export first what you may want again.</p>
        <div className="actions" style={{ marginTop: 20 }}>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            className="button button-danger"
            onClick={() => run(forget().then(() => "Everything is forgotten."))}
          >
            Forget everything
          </button>
        </div>
      </dialog>
    </Panel>
  );
}
