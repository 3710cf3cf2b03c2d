import { lazy, type ReactElement, Suspense, useEffect } from "react";
import { Link, useParams, useSearch } from "wouter";
import type { Item } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { isPlayable, usePlayActions } from "../app/play-actions.ts";
import { useItem, useRefresh } from "../app/queries.ts";
import { useRelated, useStream } from "../app/view-queries.ts";
import { useServices, useStore } from "../app/services.ts";
import { Artwork } from "./artwork.tsx";
import { formatSize, formatTime, formatTitle } from "./format-words.ts";
import { FormatChoice } from "./format-choice.tsx";
import { Hero } from "./hero.tsx";
import { Icon } from "./icon.tsx";
import { ItemCard } from "./item-card.tsx";
import { ItemMenu } from "./item-menu.tsx";
import { LikeButton } from "./like-button.tsx";
import { SaveButton } from "./save-button.tsx";
import { Shelf } from "./shelf.tsx";
import { ErrorState, RowSkeletons } from "./states.tsx";

const ImageViewer = lazy(async () => ({ default: (await import("./image-viewer.tsx")).ImageViewer }));
const kindWords = { audio: "Audio", video: "Video", image: "Picture" } as const;

/** One item: what it is, in which forms it can be had, what goes with it. */
export function ItemView(): ReactElement {
  const { id = "" } = useParams();
  const query = useItem(id);
  const refresh = useRefresh();
  if (query.data !== undefined) return <ItemPage key={id} item={query.data} />;
  return query.isError ? <ErrorState error={query.error} onRetry={refresh} /> : <RowSkeletons count={3} />;
}

function ItemPage({ item }: { readonly item: Item }): ReactElement {
  const isWide = item.kind === "video";
  return (
    <>
      <Hero
        art={
          item.kind === "image" ? null : (
            <Artwork
              title={item.title}
              url={item.artworkUrl}
              kind={item.kind}
              size={560}
              shape={isWide ? "wide" : "square"}
              isFirst
            />
          )
        }
        kind={kindWords[item.kind]}
        title={formatTitle(item.title)}
        detail={<Byline item={item} />}
      >
        <PlayItem item={item} />
        {isPlayable(item) && <SaveButton items={[item]} />}
        <LikeButton item={item} />
        <ItemMenu item={item} />
      </Hero>
      {item.issues.map((issue) => (
        <p key={issue} className="notice">
          <Icon name="warning" />
          {issue}
        </p>
      ))}
      {item.kind === "image" && (
        <Suspense fallback={<RowSkeletons count={3} />}>
          <ItemImage item={item} />
        </Suspense>
      )}
      {item.description !== undefined && <p className="hero-detail">{item.description.slice(0, 4000)}</p>}
      <Facts item={item} />
      <Related item={item} />
    </>
  );
}

function ItemImage({ item }: { readonly item: Item }): ReactElement {
  const { client } = useServices();
  const { data } = useStream(item.id);
  return <ImageViewer title={item.title} url={data && client.resolveUrl(data.url)} />;
}

function Byline({ item }: { readonly item: Item }): ReactElement {
  const { creators, creatorIds = [], album, albumId, year } = item;
  return (
    <>
      {creators.map((creator, index) => (
        <span key={creator}>
          {index > 0 && ", "}
          <NamedLink name={creator} id={creatorIds[index]} addressOf={addresses.artist} />
        </span>
      ))}
      {album !== undefined && (
        <>
          {creators.length > 0 && " · "}
          <NamedLink name={album} id={albumId} addressOf={addresses.album} />
        </>
      )}
      {year !== undefined && ` · ${year}`}
      {item.durationSeconds !== undefined && ` · ${formatTime(item.durationSeconds)}`}
    </>
  );
}

/** What a live search found has names, and no pages of theirs. */
function NamedLink({
  name,
  id,
  addressOf,
}: {
  readonly name: string;
  readonly id: string | undefined;
  readonly addressOf: (id: string) => string;
}): ReactElement {
  return id === undefined ? (
    <bdi>{formatTitle(name)}</bdi>
  ) : (
    <Link href={addressOf(id)} className="text-link">
      <bdi>{formatTitle(name)}</bdi>
    </Link>
  );
}

/** The address may name a time to begin at: `/item/x?t=42`. */
function PlayItem({ item }: { readonly item: Item }): ReactElement | null {
  const { playback } = useServices();
  const { itemId, status } = useStore(playback.state);
  const actions = usePlayActions();
  const asked = Number(new URLSearchParams(useSearch()).get("t") ?? Number.NaN);
  const startSeconds = Number.isFinite(asked) && asked > 0 ? asked : undefined;
  const isCurrent = itemId === item.id;
  const isPlaying = isCurrent && status === "playing";
  useEffect(() => {
    if (isCurrent && startSeconds !== undefined && playback.position.get() === 0) playback.seek(startSeconds);
    // When the page is come to, not whenever something about playing changes.
  }, [startSeconds]);
  if (!isPlayable(item)) {
    return null;
  }
  const play = (): void => {
    if (isCurrent) return playback.toggle();
    actions.playFrom([item]);
    if (startSeconds !== undefined) playback.seek(startSeconds);
  };
  return (
    <button type="button" className="button button-primary" onClick={play}>
      <Icon name={isPlaying ? "pause" : "play"} />
      {isPlaying ? "Pause" : startSeconds === undefined ? "Play" : `Play from ${formatTime(startSeconds)}`}
    </button>
  );
}

function Facts({ item }: { readonly item: Item }): ReactElement {
  const stream = useStream(item.id);
  const folder = item.path
    .split("/")
    .slice(0, -1)
    .map((part) => `${part}/`)
    .join("");
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Type", item.mediaType],
    ["Size", item.sizeBytes === undefined ? undefined : formatSize(item.sizeBytes)],
    ["Genres", item.genres.length === 0 ? undefined : item.genres.join(", ")],
    [
      "Captions",
      item.captions.length === 0
        ? undefined
        : item.captions.map(({ label, language }) => label ?? language ?? "yes").join(", "),
    ],
    ["Added", new Date(item.addedAt).toLocaleDateString(undefined, { dateStyle: "medium" })],
  ];
  return (
    <section className="panel" aria-label="About it">
      <h2>About it</h2>
      <dl className="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} style={{ display: "contents" }}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
        <dt>Place</dt>
        <dd>
          <Link href={addresses.folder(item.source, folder)} className="text-link">
            <bdi>
              {item.source} / {item.path.slice(0, 400)}
            </bdi>
          </Link>
        </dd>
        {stream.data !== undefined && (
          <>
            <dt>{stream.data.formats.length > 1 ? "Play it as" : "Format"}</dt>
            <dd>
              <FormatChoice answer={stream.data} itemId={item.id} />
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Related({ item }: { readonly item: Item }): ReactElement {
  const { data } = useRelated(item.id);
  const shelves: readonly (readonly [string, readonly Item[]])[] = [
    ["Often played together", data?.playedTogether ?? []],
    ["From the same album", data?.album ?? []],
    ["By the same artist", data?.creator ?? []],
    ["In the same folder", data?.folder ?? []],
  ];
  return (
    <>
      {shelves
        .filter(([, items]) => items.length > 0)
        .map(([title, items]) => (
          <Shelf key={title} title={title}>
            {items.map((each) => (
              <ItemCard key={each.id} item={each} list={items} />
            ))}
          </Shelf>
        ))}
    </>
  );
}
