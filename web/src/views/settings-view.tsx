import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { insecureWords } from "../app/saves.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import type { PlayerSettings } from "../core/player-data.ts";
import { estimateStorage } from "../offline/storage-room.ts";
import { DataPanel } from "./data-panel.tsx";
import { formatSize } from "./format-words.ts";
import { Icon } from "./icon.tsx";
import { Page } from "./page.tsx";
import { QualityPanel } from "./quality-panel.tsx";
import { Panel, Setting } from "./setting.tsx";

const themes: readonly (readonly [PlayerSettings["theme"], string])[] = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** How it looks, what keys do, what is kept. */
export function SettingsView(): ReactElement {
  const { settings, changeSettings, isForgetful } = useYours();
  const { saves, layout } = useServices();
  const { theme, hasSingleKeys, simultaneousSaves } = useStore(settings);
  return (
    <Page title="Settings">
      <div className="panels">
        {saves.missing === "secure" && (
          <p className="notice">
            <Icon name="warning" />
            {insecureWords}
          </p>
        )}
        {isForgetful && (
          <p className="notice">
            <Icon name="warning" />
            This browser keeps nothing here. What you change is gone when the page is closed.
          </p>
        )}
        <Panel title="Looks">
          <Setting name="Theme">
            <div className="segmented" role="radiogroup" aria-label="Theme">
              {themes.map(([value, name]) => (
                <label key={value}>
                  <input
                    type="radio"
                    name="theme"
                    checked={theme === value}
                    onChange={() => changeSettings({ theme: value })}
                  />
                  {name}
                </label>
              ))}
            </div>
          </Setting>
        </Panel>
        <QualityPanel />
        <Panel title="Keys">
          <Setting name="Single keys are shortcuts" detail="Switch this off where speech input or a pet presses keys.">
            <input
              type="checkbox"
              role="switch"
              className="switch"
              aria-label="Single keys are shortcuts"
              checked={hasSingleKeys}
              onChange={(event) => changeSettings({ hasSingleKeys: event.target.checked })}
            />
          </Setting>
          <Setting name="All shortcuts">
            <button type="button" className="button" onClick={() => layout.isHelpOpen.set(true)}>
              <Icon name="keyboard" /> Show
            </button>
          </Setting>
        </Panel>
        <Panel title="On this device">
          <Storage />
          <Setting name="Saved at once" detail="How many items are fetched side by side.">
            <select
              className="field"
              aria-label="Saved at once"
              value={simultaneousSaves}
              onChange={(event) => changeSettings({ simultaneousSaves: Number(event.target.value) })}
            >
              {[1, 2, 3, 4].map((count) => (
                <option key={count}>{count}</option>
              ))}
            </select>
          </Setting>
        </Panel>
        <DataPanel />
        <Panel title="This server">
          <Setting name="Files without the player" detail="Plain pages that work in every browser.">
            <a className="button" href="/files">
              Open
            </a>
          </Setting>
          <Setting name="The API" detail="For programs and other players.">
            <a className="button" href="/docs">
              Open
            </a>
          </Setting>
        </Panel>
      </div>
    </Page>
  );
}

function Storage(): ReactElement {
  const { saves } = useServices();
  const savedCount = useStore(saves.items).size;
  const { data } = useQuery({ queryKey: ["storage", savedCount], queryFn: estimateStorage, staleTime: 0 });
  const persisted = useQuery({
    queryKey: ["persisted", savedCount],
    queryFn: async () => (await navigator.storage?.persisted?.()) ?? false,
  });
  const share = data === undefined || !Number.isFinite(data.quotaBytes) ? 0 : (data.usageBytes / data.quotaBytes) * 100;
  const words =
    data &&
    `${formatSize(data.usageBytes)} used${Number.isFinite(data.quotaBytes) ? ` of ${formatSize(data.quotaBytes)} that the browser allows` : ""}`;
  return (
    <div className="setting">
      <div className="setting-text">
        <strong>Room</strong>
        <p>
          {words ?? "Being measured"}.{" "}
          {persisted.data === true
            ? "The browser has promised to keep it."
            : "The browser may clear it away when the disk is full."}
        </p>
        <div
          className="meter"
          style={{ marginTop: 10 }}
          role="meter"
          aria-label="Room used"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share)}
        >
          <span style={{ width: `${share}%` }} />
        </div>
      </div>
    </div>
  );
}
