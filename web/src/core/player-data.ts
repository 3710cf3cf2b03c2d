import type { QualityWish } from "./format-choice.ts";
import type { PlayRecord } from "./play-record.ts";
import type { Item } from "../../../src/api/contract.ts";

/** What the user chose, and what the player remembers of its own state. */
export interface PlayerSettings extends QualityWish {
  /** 0 to 1. */
  readonly volume: number;
  readonly isMuted: boolean;
  readonly playbackRate: number;
  readonly theme: "system" | "light" | "dark";
  /** Whether single keys are shortcuts (WCAG 2.1.4). */
  readonly hasSingleKeys: boolean;
  readonly simultaneousSaves: number;
}

/** Before anything was chosen. */
export const defaultSettings: PlayerSettings = {
  volume: 1,
  isMuted: false,
  playbackRate: 1,
  theme: "system",
  hasSingleKeys: true,
  simultaneousSaves: 2,
};

/** Something that was done to an item, and when. */
export interface ItemMark {
  readonly itemId: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Where one was in an item. */
export interface ResumePosition extends ItemMark {
  readonly positionSeconds: number;
}

/** Something that was searched for. */
export interface SearchRecord {
  readonly text: string;
  readonly atMs: number;
}

/** A playlist of the user's own. */
export interface OwnPlaylist {
  readonly id: string;
  readonly title: string;
  readonly changedAtMs: number;
  readonly entries: readonly OwnPlaylistEntry[];
}

/** One line of it. */
export interface OwnPlaylistEntry {
  /** Absent where a line of an imported list has not been found in the library. */
  readonly itemId?: string | undefined;
  readonly title: string;
  readonly creators: readonly string[];
  readonly album?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Where an imported list said it lies. */
  readonly location?: string | undefined;
}

/** All that a player keeps of its user; media not included. */
export interface PlayerData {
  readonly settings: PlayerSettings;
  readonly history: readonly PlayRecord[];
  readonly likes: readonly ItemMark[];
  readonly playlists: readonly OwnPlaylist[];
  readonly resumePositions: readonly ResumePosition[];
  readonly searches: readonly SearchRecord[];
  /** Suggestions that are not wanted. */
  readonly hidden: readonly ItemMark[];
  /** What is known of the items that are named above, so that they can be shown before the server was asked. */
  readonly items: readonly Item[];
  /** What was saved for offline use: to be saved again elsewhere. */
  readonly savedItemIds: readonly string[];
}
