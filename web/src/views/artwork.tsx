import { type ReactElement, useState } from "react";
import type { MediaKind } from "../../../src/api/contract.ts";
import { useServices } from "../app/services.ts";
import { artworkAddress } from "./artwork-address.ts";
import { PlaceholderArt } from "./placeholder-art.tsx";

/** What {@link Artwork} shows. */
export interface ArtworkProperties {
  /** What the picture belongs to: where there is none, one is made of it. */
  readonly title: string;
  readonly url?: string | undefined;
  readonly kind?: MediaKind | undefined;
  /** The longer side, in pixels of the page. */
  readonly size: number;
  readonly shape?: "square" | "wide" | "round" | undefined;
  /** Whether it is seen at once: then it does not wait to be scrolled to. */
  readonly isFirst?: boolean | undefined;
}

/** A cover. Always beside the title that it belongs to, so it is not read out. */
export function Artwork({
  title,
  url,
  kind,
  size,
  shape = "square",
  isFirst = false,
}: ArtworkProperties): ReactElement {
  const { client } = useServices();
  const [missing, setMissing] = useState<string>();
  const address = url === undefined ? undefined : artworkAddress(client.resolveUrl(url), size);
  return (
    <div className={shape === "square" ? "art" : `art art-${shape}`}>
      <PlaceholderArt title={title} kind={kind} />
      {address !== undefined && missing !== address && (
        <img
          src={address}
          alt=""
          loading={isFirst ? "eager" : "lazy"}
          fetchPriority={isFirst ? "high" : "auto"}
          decoding="async"
          draggable={false}
          onError={() => setMissing(address)}
        />
      )}
    </div>
  );
}
