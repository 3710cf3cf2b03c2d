import type { ReactElement } from "react";

const paths = {
  home: "M4 11.5 12 4l8 7.5V20h-5.5v-5.5h-5V20H4z",
  search: "M10.8 17.6a6.8 6.8 0 1 0 0-13.6 6.8 6.8 0 0 0 0 13.6zM16 16l4.5 4.5",
  folder: "M3.5 7a2 2 0 0 1 2-2h4l2 2.5h7a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2z",
  playlist: "M4 6h11M4 11h11M4 16h6M15.5 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM17.5 18v-7l3 1",
  album: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  artist: "M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.4 3.800-5 7.5-5s6.700 1.600 7.500 5",
  heart:
    "M12 20s-7.800-4.700-7.800-10.200A4.300 4.300 0 0 1 12 7.300a4.300 4.300 0 0 1 7.800 2.500C19.800 15.300 12 20 12 20z",
  settings:
    "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400zM9 19.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  queue: "M4 6h16M4 11h16M4 16h9M17 14.500v6l4-3z",
  next: "M5.500 5.500v13l9.500-6.500zM18.500 5.500v13",
  previous: "M18.500 5.500v13L9 12zM5.500 5.500v13",
  shuffle:
    "M3.500 7h3.500c4.500 0 5.500 10 10 10h3.500M3.500 17h3.500c1.600 0 2.700-1.200 3.600-2.800M13.400 9.800C14.300 8.200 15.400 7 17 7h3.500M18 4.500 20.500 7 18 9.500M18 14.500l2.500 2.500-2.500 2.500",
  repeat:
    "M4.500 11V9.500A2.500 2.500 0 0 1 7 7h12M16.500 4 19.500 7l-3 3M19.500 13v1.500A2.500 2.500 0 0 1 17 17H5M7.500 20l-3-3 3-3",
  volume: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  muted: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  check: "M5 12.500 10 17.500 19.500 7",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.500 5 7.500 12l7 7",
  forward: "M9.500 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  grip: "M9 7h.01M15 7h.01M9 12h.01M15 12h.01M9 17h.01M15 17h.01",
  cast: "M4 9V6h16v12h-6M4 12.500a5.500 5.500 0 0 1 5.500 5.500M4 15.800a2.200 2.200 0 0 1 2.200 2.200M4 18h.01",
  expand: "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5",
  lyrics: "M4 6h16M4 10.500h11M4 15h16M4 19.500h8",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  offline: "M3 3l18 18M8.500 8.600A7 7 0 0 0 5 12.500M12 6a11 11 0 0 1 9 4.500M12 19h.01M8.500 15.500a5 5 0 0 1 7 0",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7",
  share: "M12 15V4M8 7.500 12 4l4 3.500M6 12v8h12v-8",
  warning: "M12 4 21 19.500H3zM12 10v4.500M12 17h.01",
  history: "M4.500 12a7.500 7.500 0 1 0 2.500-5.600L4.500 8.500M4.500 4.500v4h4M12 8v4.500l3 2",
  keyboard: "M3.500 7h17v10h-17zM7 10.500h.01M10.500 10.500h.01M14 10.500h.01M17.500 10.500h.01M8 14h8",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01",
  loading: "M12 4a8 8 0 1 1-7.500 5.200",
} as const;

const solids = {
  play: "M8 5.200v13.600a.8.8 0 0 0 1.200.7l10.700-6.800a.8.8 0 0 0 0-1.400L9.200 4.500a.8.8 0 0 0-1.200.7z",
  pause: "M7 5h3.600v14H7zM13.400 5H17v14h-3.600z",
} as const;

/** The pictures there are. */
export type IconName = keyof typeof paths | keyof typeof solids;

/** A picture beside words, or in a button that has a name of its own: never read out. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg
      className={name === "more" || name === "grip" ? "icon icon-dots" : "icon"}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      {name in solids ? (
        <path className="solid" d={solids[name as keyof typeof solids]} />
      ) : (
        <path d={paths[name as keyof typeof paths]} />
      )}
    </svg>
  );
}
