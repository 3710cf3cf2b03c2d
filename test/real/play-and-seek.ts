import type { Page } from "./browser.ts";
import { type MediaTimings, type MediaTrial, playAndSeekInPage } from "./in-page/play-and-seek-in-page.ts";

/**
 * Plays `trial.url` in an element of `page`, seeks near the end and back, and sees its time advance after each. Rejects with the step,
 * the media error's code and message, and the element's state.
 */
export function playAndSeek(page: Page, trial: MediaTrial): Promise<MediaTimings> {
  return page.evaluate(playAndSeekInPage, trial);
}
