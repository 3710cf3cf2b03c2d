import type { Item } from "../../../src/api/contract.ts";

/** `3:07`, `1:02:45`; `–:––` where it is not known. */
export function formatTime(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) {
    return "–:––";
  }
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A duration as it is said: `4 minutes 3 seconds`. */
export function formatSpokenTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor((whole % 3600) / 60), "minute"],
    [whole % 60, "second"],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => formatCount(count, unit));
  return said.length === 0 ? "0 seconds" : said.join(" ");
}

/** `1 track`, `2 tracks`, `12,345 tracks`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** What keeps an item from being played as an ordinary recording, in a word. */
export const stateWords: Readonly<Record<NonNullable<Item["state"]>, string>> = {
  live: "Live",
  upcoming: "Upcoming",
  private: "Private",
};

/** `1.4 GB`. */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString("en", { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${units[power]}`;
}

/** How long a whole list plays: `1 h 12 min`, `48 min`. */
export function formatLength(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.max(1, minutes)} min`;
}

/** A title for the screen: of a name that is ten pages long, the beginning. */
export function formatTitle(title: string): string {
  const text = title.toWellFormed();
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
