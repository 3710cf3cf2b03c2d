import type { Item } from "../contract.ts";

/** An item as AnyAudio's clients know it. Addresses are relative to the server, as they put its name in front; `thumb` is a whole one. */
export interface Song {
  readonly id: string;
  readonly title: string;
  /** `4:34` */
  readonly length: string;
  readonly uploader: string;
  readonly thumb: string;
  /** `1,078,918` */
  readonly views: string;
  /** `10 months ago` */
  readonly time: string;
  readonly description: string;
  readonly get_url: string;
  readonly stream_url: string;
  readonly suggest_url: string;
}

/** What a song is shown with beside what its item says. */
export interface SongSetting {
  readonly version: "v1" | "v2";
  /** `https://media.example` */
  readonly origin: string;
  readonly now: Date;
  readonly plays?: number | undefined;
}

/** What has no picture of its own is shown with the server's. */
const noPicture = "/assets/favicon.svg";

/** An item in the old spelling. What old clients take for an encrypted address is the item's id: there is nothing to hide in it. */
export function presentSong(item: Item, { version, origin, now, plays = 0 }: SongSetting): Song {
  const query = `?url=${encodeURIComponent(item.id)}`;
  return {
    id: item.id,
    title: item.title,
    length: formatLength(item.durationSeconds ?? 0),
    uploader: item.creators.join(", ") || item.source,
    thumb: origin + (item.artworkUrl ?? noPicture),
    views: plays.toLocaleString("en-US"),
    time: formatAge(new Date(item.publishedAt ?? item.addedAt), now),
    description: item.description ?? item.album ?? "",
    get_url: `/api/${version}/g${query}`,
    stream_url: `/api/${version}/stream${query}`,
    // The second version had none of its own.
    suggest_url: `/api/v1/suggest${query}`,
  };
}

/** `4:34`, `1:02:03`. */
export function formatLength(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${pad(whole % 60)}` : `${hours}:${pad(minutes)}:${pad(whole % 60)}`;
}

const ages: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const ageFormat = new Intl.RelativeTimeFormat("en");

/** `10 months ago`, `1 day ago`. */
export function formatAge(date: Date, now: Date): string {
  const seconds = Math.max(60, (now.getTime() - date.getTime()) / 1000);
  const [unit, unitSeconds] = ages.find(([, length]) => seconds >= length) ?? ["minute", 60];
  return ageFormat.format(-Math.floor(seconds / unitSeconds), unit);
}
