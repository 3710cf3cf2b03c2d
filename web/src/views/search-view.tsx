import { type ReactElement, useCallback, useDeferredValue, useEffect, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { Item, MediaKind, SearchedSource } from "../../../src/api/contract.ts";
import { usePlayActions } from "../app/play-actions.ts";
import { useRefresh } from "../app/queries.ts";
import { useSearch as useSearchAnswer } from "../app/view-queries.ts";
import { useServices } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { ItemCard } from "./item-card.tsx";
import { ItemRow } from "./item-row.tsx";
import { LoadMore, Page } from "./page.tsx";
import { SearchBox } from "./search-box.tsx";
import { formatCount } from "./format-words.ts";
import { EmptyState, ErrorState, RowSkeletons } from "./states.tsx";

const settleMs = 180;
const kindNames: readonly (readonly [MediaKind, string, string])[] = [
  ["audio", "Audio", "track"],
  ["video", "Videos", "video"],
  ["image", "Pictures", "picture"],
];

/** Search as you type: the address holds what is searched for, so that going back comes back to it. */
export function SearchView(): ReactElement {
  const asked = new URLSearchParams(useSearch()).get("q") ?? "";
  const [, navigate] = useLocation();
  const [text, setText] = useState(asked);
  const [kinds, setKinds] = useState<readonly MediaKind[]>([]);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== asked)
        navigate(text === "" ? "/search" : `/search?q=${encodeURIComponent(text)}`, { replace: true });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [text, asked, navigate]);
  const toggle = (kind: MediaKind): void =>
    setKinds(kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind]);
  return (
    <Page title={asked === "" ? "Search" : `Search: ${asked}`} isTitleHidden>
      <SearchBox
        text={text}
        onText={setText}
        onChoose={(chosen) => navigate(`/search?q=${encodeURIComponent(chosen)}`)}
      />
      <div className="chips" role="group" aria-label="Kinds">
        {kindNames.map(([kind, name]) => (
          <button
            key={kind}
            type="button"
            className="chip"
            aria-pressed={kinds.includes(kind)}
            onClick={() => toggle(kind)}
          >
            {name}
          </button>
        ))}
      </div>
      {asked.trim() === "" ? (
        <EmptyState icon="search" title="Find anything">
          <p>Titles, artists, albums, folders – over all sources at once. Press / from anywhere to come here.</p>
        </EmptyState>
      ) : (
        <Found text={asked} kinds={kinds} />
      )}
    </Page>
  );
}

function Found({ text, kinds }: { readonly text: string; readonly kinds: readonly MediaKind[] }): ReactElement {
  const answer = useSearchAnswer(useDeferredValue(text), kinds);
  const refresh = useRefresh();
  const { announcer } = useServices();
  const { noteSearch } = useYours();
  const [onlySource, setOnlySource] = useState<string>();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  const items = useMemo(() => answer.data?.pages.flatMap((page) => page.items) ?? [], [answer.data]);
  const sources = answer.data?.pages[0]?.sources ?? [];
  const shown = onlySource === undefined ? items : items.filter(({ source }) => source === onlySource);
  const isSettled = answer.isSuccess && !answer.isPlaceholderData;
  useEffect(() => {
    if (isSettled) {
      announcer.say(items.length === 0 ? "Nothing found" : formatCount(items.length, "result"));
      noteSearch(text, items);
    }
  }, [isSettled, items, text, announcer, noteSearch]);
  const more = useCallback((): void => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (answer.isError) return <ErrorState error={answer.error} onRetry={refresh} />;
  if (answer.isPending) return <RowSkeletons />;
  return (
    <>
      <SourceStates sources={sources} items={items} only={onlySource} onOnly={setOnlySource} />
      {shown.length === 0 && (
        <EmptyState icon="search" title={`Nothing found for “${text.slice(0, 60)}”`}>
          <p>Fewer words, or another spelling, may find more.</p>
        </EmptyState>
      )}
      {kindNames.map(([kind, name]) => (
        <KindResults key={kind} name={name} items={shown.filter((item) => item.kind === kind)} />
      ))}
      <LoadMore hasMore={hasNextPage} isLoading={isFetchingNextPage} onMore={more} />
    </>
  );
}

/** What became of the search in each source: a short list may be one's fault. Those that found something can be looked at alone. */
function SourceStates({
  sources,
  items,
  only,
  onOnly,
}: {
  readonly sources: readonly SearchedSource[];
  readonly items: readonly Item[];
  readonly only: string | undefined;
  readonly onOnly: (source: string | undefined) => void;
}): ReactElement {
  const words = { catalog: "library", live: "asked now", slow: "still looking", failed: "failed" } as const;
  const countOf = (name: string): number => items.filter(({ source }) => source === name).length;
  return (
    <ul className="chips" role="list" aria-label="Sources searched">
      {sources.map(({ source, state, detail }) => {
        const count = countOf(source);
        const text = (
          <span className="status" data-state={state} title={detail}>
            <span>
              <bdi>{source}</bdi>: {count > 0 ? `${count}, ${words[state]}` : words[state]}
              {detail !== undefined && ` – ${detail}`}
            </span>
          </span>
        );
        return (
          <li key={source}>
            {count > 0 && sources.length > 1 ? (
              <button
                type="button"
                className="chip"
                aria-pressed={only === source}
                onClick={() => onOnly(only === source ? undefined : source)}
              >
                {text}
              </button>
            ) : (
              text
            )}
          </li>
        );
      })}
    </ul>
  );
}

function KindResults({ name, items }: { readonly name: string; readonly items: readonly Item[] }): ReactElement | null {
  const actions = usePlayActions();
  if (items.length === 0) {
    return null;
  }
  const isAudio = items[0]?.kind === "audio";
  return (
    <section className="shelf" aria-label={name}>
      <h2>{name}</h2>
      {isAudio ? (
        <div className="rows">
          {items.map((item) => (
            <ItemRow key={item.id} item={item} onPlay={() => actions.playFrom(items, item)} />
          ))}
        </div>
      ) : (
        <div className="grid">
          {items.map((item) => (
            <ItemCard key={item.id} item={item} list={items} />
          ))}
        </div>
      )}
    </section>
  );
}
