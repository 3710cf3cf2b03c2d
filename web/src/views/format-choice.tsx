import type { ReactElement } from "react";
import type { StreamAnswer, StreamFormat } from "../../../src/api/contract.ts";
import { isOpenedFile } from "../app/opened-files.ts";
import { useServices, useStore } from "../app/services.ts";
import { useStream } from "../app/view-queries.ts";
import { useYours } from "../app/yours.ts";
import { chooseFormat, pickableFormats, wishOf } from "../core/format-choice.ts";
import { formatSize } from "./format-words.ts";
import { MenuItem, PopoverButton } from "./popover-button.tsx";

/** The forms in which an item can be had, and which of them plays. */
export function FormatChoice({
  answer: { formats },
  itemId,
}: {
  readonly answer: StreamAnswer;
  readonly itemId: string;
}): ReactElement {
  const { pickable, chosen, choose } = useFormatChoice(formats, itemId);
  const others = formats.filter((format) => !pickable.includes(format));
  return (
    <>
      {pickable.length > 1 ? (
        <div className="format-choice" role="radiogroup" aria-label="Play it as">
          {pickable.map((format) => (
            <label key={format.id}>
              <input type="radio" name="format" checked={format === chosen} onChange={() => choose(format)} />
              {describeFormat(format)}
            </label>
          ))}
        </div>
      ) : (
        pickable.map((format) => <div key={format.id}>{describeFormat(format)}</div>)
      )}
      {others.length > 0 && (
        <details>
          <summary>{others.length} more</summary>
          {others.map((format) => (
            <div key={format.id}>{describeFormat(format)}</div>
          ))}
        </details>
      )}
    </>
  );
}

/** The same while it plays; nothing where there is nothing to choose, or it plays from this device. */
export function QualityMenu({ itemId }: { readonly itemId: string }): ReactElement | null {
  const { saves } = useServices();
  return isOpenedFile(itemId) || saves.isSaved(itemId) ? null : <StreamedQualityMenu itemId={itemId} />;
}

function StreamedQualityMenu({ itemId }: { readonly itemId: string }): ReactElement | null {
  const { pickable, chosen, choose } = useFormatChoice(useStream(itemId).data?.formats ?? [], itemId);
  if (pickable.length < 2) {
    return null;
  }
  return (
    <PopoverButton label={`Quality: ${chosen?.label ?? "the best"}`} icon="settings">
      {(close) =>
        pickable.map((format) => (
          <MenuItem
            key={format.id}
            icon={format === chosen ? "check" : "play"}
            onSelect={() => {
              choose(format);
              close();
            }}
          >
            {describeFormat(format)}
            {format === chosen && <span className="visually-hidden"> (now)</span>}
          </MenuItem>
        ))
      }
    </PopoverButton>
  );
}

/** What is chosen is remembered as a wish, which other items follow as far as they can. */
function useFormatChoice(
  formats: readonly StreamFormat[],
  itemId: string,
): {
  readonly pickable: readonly StreamFormat[];
  readonly chosen: StreamFormat | undefined;
  readonly choose: (format: StreamFormat) => void;
} {
  const { playback } = useServices();
  const { settings, changeSettings } = useYours();
  const wish = useStore(settings);
  return {
    pickable: pickableFormats(formats, wish),
    chosen: chooseFormat(formats, wish) ?? formats[0],
    choose(format) {
      const { mostPixels, mostBitsPerSecond } = wishOf(format, formats, wish);
      changeSettings({ mostPixels, mostBitsPerSecond });
      if (playback.state.get().itemId === itemId) playback.reopen();
    },
  };
}

function describeFormat({ label, sizeBytes }: StreamFormat): string {
  return sizeBytes === undefined ? label : `${label} · ${formatSize(sizeBytes)}`;
}
