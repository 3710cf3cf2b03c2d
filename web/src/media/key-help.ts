/** A line of the help. */
export interface KeyHelp {
  readonly keys: readonly string[];
  readonly what: string;
}

/** The keys as people know them from other players. */
export const keyHelp: readonly KeyHelp[] = [
  { keys: ["Space", "K"], what: "Play or pause" },
  { keys: ["J", "L"], what: "10 seconds back, on" },
  { keys: ["←", "→"], what: "5 seconds back, on" },
  { keys: ["↑", "↓"], what: "Louder, softer (full player)" },
  { keys: ["M"], what: "Mute" },
  { keys: ["Shift N", "Shift P"], what: "Next, previous" },
  { keys: ["0–9"], what: "To 0 % – 90 %" },
  { keys: ["Home", "End"], what: "To the start, the end (full player)" },
  { keys: ["<", ">"], what: "Slower, faster" },
  { keys: [",", "."], what: "A picture back, on, while paused" },
  { keys: ["C"], what: "Captions" },
  { keys: ["F"], what: "Fullscreen" },
  { keys: ["I"], what: "Picture in picture" },
  { keys: ["/"], what: "Search" },
  { keys: ["?"], what: "These shortcuts" },
];
