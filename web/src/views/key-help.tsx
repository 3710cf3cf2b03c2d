import { type ReactElement, useEffect, useRef } from "react";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { keyHelp } from "../media/key-help.ts";
import { Icon } from "./icon.tsx";

/** Every shortcut, and a way to switch them off. */
export function KeyHelp(): ReactElement {
  const { layout } = useServices();
  const { settings, changeSettings } = useYours();
  const { hasSingleKeys } = useStore(settings);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="key-help" onClose={() => layout.isHelpOpen.set(false)}>
      <div className="dialog-head">
        <h2 id="key-help">Shortcuts</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      <dl className="keys">
        {keyHelp.map(({ keys, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="setting" style={{ marginTop: 20 }}>
        <span>Single keys are shortcuts</span>
        <input
          type="checkbox"
          className="switch"
          role="switch"
          checked={hasSingleKeys}
          onChange={(event) => changeSettings({ hasSingleKeys: event.target.checked })}
        />
      </label>
    </dialog>
  );
}
