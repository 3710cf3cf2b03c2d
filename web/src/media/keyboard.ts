/** What keys can do. */
export type KeyCommand =
  | {
      readonly kind:
        | "toggle"
        | "next"
        | "previous"
        | "mute"
        | "fullscreen"
        | "captions"
        | "picture-in-picture"
        | "search"
        | "help"
        | "start"
        | "end";
    }
  | { readonly kind: "seek-by"; readonly seconds: number }
  | { readonly kind: "seek-share"; readonly share: number }
  | { readonly kind: "volume-by"; readonly change: number }
  | { readonly kind: "speed-by"; readonly steps: number }
  | { readonly kind: "frame-by"; readonly frames: number };

const byKey: Readonly<Record<string, KeyCommand>> = {
  " ": { kind: "toggle" },
  k: { kind: "toggle" },
  j: { kind: "seek-by", seconds: -10 },
  l: { kind: "seek-by", seconds: 10 },
  ArrowLeft: { kind: "seek-by", seconds: -5 },
  ArrowRight: { kind: "seek-by", seconds: 5 },
  m: { kind: "mute" },
  N: { kind: "next" },
  P: { kind: "previous" },
  "<": { kind: "speed-by", steps: -1 },
  ">": { kind: "speed-by", steps: 1 },
  ",": { kind: "frame-by", frames: -1 },
  ".": { kind: "frame-by", frames: 1 },
  c: { kind: "captions" },
  f: { kind: "fullscreen" },
  i: { kind: "picture-in-picture" },
  "/": { kind: "search" },
  "?": { kind: "help" },
};

/** Only where the player has the whole screen: elsewhere these keys scroll the page. */
const byKeyInPlayer: Readonly<Record<string, KeyCommand>> = {
  ArrowUp: { kind: "volume-by", change: 0.05 },
  ArrowDown: { kind: "volume-by", change: -0.05 },
  Home: { kind: "start" },
  End: { kind: "end" },
};

/** The part of an event that decides. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "defaultPrevented">;

/** What a key does; `undefined` where it is not for the player. @param focus what has the focus */
export function commandOf(
  press: KeyPress,
  focus: "text" | "slider" | "button" | "other",
  isPlayerFull: boolean,
): KeyCommand | undefined {
  const { key, ctrlKey, metaKey, altKey, defaultPrevented } = press;
  if (defaultPrevented || ctrlKey || metaKey || altKey || focus === "text") {
    return undefined;
  }
  // A button is pressed by it, and arrows belong to the slider that they are in.
  if ((focus === "button" && key === " ") || (focus === "slider" && /^(?:Arrow|Home|End|Page)/.test(key))) {
    return undefined;
  }
  if (/^[0-9]$/.test(key)) {
    return { kind: "seek-share", share: Number(key) / 10 };
  }
  return (
    (isPlayerFull ? byKeyInPlayer[key] : undefined) ??
    byKey[key] ??
    byKey[key.length === 1 && /[A-Z]/.test(key) && key !== "N" && key !== "P" ? key.toLowerCase() : key]
  );
}

/** What kind of thing has the focus. */
export function focusKindOf(element: Element | null): "text" | "slider" | "button" | "other" {
  const inner = element?.shadowRoot?.activeElement ?? element;
  if (!(inner instanceof HTMLElement)) {
    return "other";
  }
  if (inner instanceof HTMLInputElement) {
    return inner.type === "range" ? "slider" : inner.type === "checkbox" || inner.type === "radio" ? "button" : "text";
  }
  if (inner instanceof HTMLTextAreaElement || inner instanceof HTMLSelectElement || inner.isContentEditable) {
    return "text";
  }
  const role = inner.getAttribute("role");
  if (role === "slider") {
    return "slider";
  }
  return inner instanceof HTMLButtonElement || inner instanceof HTMLAnchorElement || role === "button"
    ? "button"
    : "other";
}
