import type { ReactElement } from "react";
import { useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import type { QualityWish } from "../core/format-choice.ts";
import { Panel, Setting } from "./setting.tsx";

type Choice = readonly [value: number | undefined, name: string];

const pictures: readonly Choice[] = [
  [undefined, "The best"],
  ...[2160, 1440, 1080, 720, 480, 360].map((pixels): Choice => [pixels, `Up to ${pixels}p`]),
  [0, "Sound alone"],
];
const sounds: readonly Choice[] = [
  [undefined, "The best"],
  ...[192, 128, 96, 64].map((kilobits): Choice => [kilobits * 1000, `Up to ${kilobits} kbit/s`]),
];

/** How much is fetched of what can be had in several forms. */
export function QualityPanel(): ReactElement {
  return (
    <Panel title="Quality">
      <Limit
        name="Films"
        detail="Where a site offers several: less is for slow lines, and those that are paid by the megabyte. What is saved follows it too."
        of="mostPixels"
        choices={pictures}
      />
      <Limit name="Music" of="mostBitsPerSecond" choices={sounds} />
    </Panel>
  );
}

function Limit({
  name,
  detail,
  of,
  choices,
}: {
  readonly name: string;
  readonly detail?: string;
  readonly of: keyof QualityWish;
  readonly choices: readonly Choice[];
}): ReactElement {
  const { settings, changeSettings } = useYours();
  const value = useStore(settings)[of];
  // One that was picked by hand may lie between.
  const shown = choices.some(([most]) => most === value) ? choices : [...choices, [value, `Up to ${value}`] as const];
  return (
    <Setting name={name} {...(detail === undefined ? {} : { detail })}>
      <select
        className="field"
        aria-label={`Quality of ${name.toLowerCase()}`}
        value={value ?? ""}
        onChange={({ target }) => changeSettings({ [of]: target.value === "" ? undefined : Number(target.value) })}
      >
        {shown.map(([most, words]) => (
          <option key={words} value={most ?? ""}>
            {words}
          </option>
        ))}
      </select>
    </Setting>
  );
}
