import { lazy, type ReactElement, Suspense, useEffect, useRef } from "react";
import { useItem } from "../app/queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { useCaptionTracks } from "../media/caption-tracks.ts";

const VideoControls = lazy(async () => ({ default: (await import("./video-controls.tsx")).VideoControls }));

/** The two media elements, in the page as long as it lives. Moving pictures are seen here: in a corner, or all over. */
export function Stage(): ReactElement {
  const { ports, playback, layout, client } = useServices();
  const { itemId, portIndex } = useStore(playback.state);
  const isNowOpen = useStore(layout.isNowOpen);
  const { data: item } = useItem(itemId);
  const isVideo = itemId !== undefined && item?.kind === "video";
  const place = !isVideo ? "away" : isNowOpen ? "full" : "corner";
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    for (const [index, element] of ports.elements.entries()) {
      element.dataset["active"] = String(index === portIndex);
      if (element.parentElement === null) box.current?.append(element);
    }
  }, [ports, portIndex]);
  useCaptionTracks(ports.elements[portIndex === 1 ? 1 : 0], isVideo ? item.captions : undefined, client.resolveUrl);

  return (
    <div className="stage" data-place={place} inert={place === "away"}>
      <div ref={box} className="stage-media" />
      {isVideo && (
        <Suspense>
          <VideoControls
            element={ports.elements[portIndex === 1 ? 1 : 0]}
            itemId={itemId}
            title={item.title}
            isFull={place === "full"}
            onOpen={() => layout.isNowOpen.set(true)}
            onClose={() => layout.isNowOpen.set(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
