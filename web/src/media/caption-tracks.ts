import { useEffect } from "react";
import type { TextTrack } from "../../../src/api/contract.ts";

/** Gives an element the captions of what it plays, and takes them away with it. None is shown until it is chosen. */
export function useCaptionTracks(
  element: HTMLVideoElement,
  captions: readonly TextTrack[] | undefined,
  resolveUrl: (href: string) => string,
): void {
  useEffect(() => {
    const tracks = (captions ?? []).map(({ url, language, label }, index) => {
      const track = document.createElement("track");
      track.kind = "captions";
      track.src = resolveUrl(url);
      track.label = label ?? languageName(language) ?? `Captions ${index + 1}`;
      if (language !== undefined) track.srclang = language;
      return track;
    });
    element.append(...tracks);
    return () => tracks.forEach((track) => track.remove());
  }, [element, captions, resolveUrl]);
}

function languageName(language: string | undefined): string | undefined {
  try {
    return language === undefined ? undefined : new Intl.DisplayNames(undefined, { type: "language" }).of(language);
  } catch {
    return language;
  }
}
