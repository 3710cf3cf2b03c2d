import { type ReactElement, useRef, useState } from "react";
import type { FindOptions } from "../app/find-entries.ts";
import { type Services, useServices } from "../app/services.ts";
import { Icon } from "./icon.tsx";
import { Panel, Setting } from "./setting.tsx";

/** All that is kept of the user: to take along, to bring back, to forget. */
export function DataPanel(): ReactElement {
  const services = useServices();
  const { announcer, store, forget } = services;
  const input = useRef<HTMLInputElement>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const [outcome, setOutcome] = useState<string>();
  const [stop, setStop] = useState<AbortController>();
  const run = (task: Promise<string>): void =>
    void task.then(
      (words) => announcer.tell(words),
      (error: unknown) =>
        announcer.tell(error instanceof Error ? `That did not work: ${error.message}` : "That did not work."),
    );
  const importAll = async (files: readonly File[]): Promise<void> => {
    const stopping = new AbortController();
    const said: string[] = [];
    setStop(stopping);
    for (const file of files) {
      setOutcome(`Reading ${file.name.slice(0, 80)}…`);
      const onProgress = (done: number, all: number): void =>
        setOutcome(`Looking for what it names: ${done} of ${all}`);
      said.push(await readOne(file, services, { signal: stopping.signal, onProgress }));
    }
    setStop(undefined);
    setOutcome(said.join(" "));
    announcer.say(said.join(" "));
  };
  return (
    <Panel title="Yours">
      <p className="hero-detail">History, likes, playlists and settings are kept on this device alone.</p>
      <Setting name="Take everything along" detail="One documented file, for another browser or a rainy day.">
        <button
          type="button"
          className="button"
          disabled={store === undefined}
          onClick={() => store && run(import("../app/user-files.ts").then(({ exportData }) => exportData(store)))}
        >
          <Icon name="share" /> Export
        </button>
      </Setting>
      <Setting
        name="Bring it back"
        detail="Such a file, or what another player exports: Spotify, YouTube, NewPipe, or a playlist (M3U, XSPF, JSPF, PLS). Nothing that is here is lost."
      >
        <button
          type="button"
          className="button"
          disabled={store === undefined || stop !== undefined}
          onClick={() => input.current?.click()}
        >
          <Icon name="download" /> Import
        </button>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          aria-label="File to import"
          onChange={(event) => {
            void importAll(Array.from(event.target.files ?? []));
            event.target.value = "";
          }}
        />
      </Setting>
      {outcome !== undefined && (
        <div className="notice">
          <span>{outcome}</span>
          {stop !== undefined && (
            <button type="button" className="button" onClick={() => stop.abort()}>
              Stop
            </button>
          )}
        </div>
      )}
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

/** One that cannot be read does not keep the others from being imported. */
async function readOne(file: File, services: Services, options: FindOptions): Promise<string> {
  try {
    const { importFile } = await import("../app/user-files.ts");
    return await importFile(file, services, options);
  } catch (error) {
    return options.signal?.aborted === true
      ? "Stopped: nothing of it was imported."
      : `“${file.name.slice(0, 80)}” was not imported: ${error instanceof Error ? error.message : "it cannot be read"}.`;
  }
}
