import { type KeyboardEvent, type ReactElement, useId, useState } from "react";
import { useSuggest } from "../app/view-queries.ts";
import { Icon } from "./icon.tsx";

const kindIcons = { title: "playlist", album: "album", creator: "artist", search: "search" } as const;
const kindWords = { title: "Title", album: "Album", creator: "Artist", search: "Search" } as const;

/** The field, and ways to complete what is typed (the APG's combobox with a list). */
export function SearchBox({
  text,
  onText,
  onChoose,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onChoose: (text: string) => void;
}): ReactElement {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const found = useSuggest(text).data?.suggestions ?? [];
  const options = text.trim().length > 1 ? found.filter((option) => option.text !== text).slice(0, 7) : [];
  const isShown = isOpen && options.length > 0;
  const choose = (chosen: string): void => {
    onText(chosen);
    onChoose(chosen);
    setOpen(false);
    setActive(-1);
  };
  const steer = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      event.preventDefault();
      choose(options[active]?.text ?? text);
    } else if (event.key === "Escape" && isShown) {
      event.preventDefault();
      setOpen(false);
    } else if (isShown && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive(((active + step + 1 + options.length + 1) % (options.length + 1)) - 1);
    }
  };
  return (
    <div className="search-box" role="search">
      <Icon name="search" />
      <input
        id="search"
        type="text"
        role="combobox"
        aria-label="Search everything"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
        aria-keyshortcuts="/"
        placeholder="Songs, films, pictures, people…"
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
        maxLength={200}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setOpen(true);
          setActive(-1);
        }}
        onKeyDown={steer}
        onBlur={() => setOpen(false)}
      />
      {text !== "" && (
        <button type="button" className="icon-button" aria-label="Clear the search" onClick={() => choose("")}>
          <Icon name="close" />
        </button>
      )}
      <div id={`${id}-list`} role="listbox" aria-label="Suggestions" className="options" hidden={!isShown}>
        {options.map((option, index) => (
          <div
            key={`${option.kind} ${option.text}`}
            id={`${id}-${index}`}
            role="option"
            className="option"
            aria-selected={index === active}
            // Before the field loses the focus, and with it this list.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(option.text);
            }}
          >
            <Icon name={kindIcons[option.kind]} />
            <bdi className="truncate">{option.text}</bdi>
            <span className="row-detail">{kindWords[option.kind]}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
