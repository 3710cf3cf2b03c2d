import { type ReactElement, useMemo, useState } from "react";
import { Link, useParams } from "wouter";
import { usePlayActions } from "../app/play-actions.ts";
import { useServices, useStore } from "../app/services.ts";
import { useYours } from "../app/yours.ts";
import { ItemList, linesOf } from "./item-list.tsx";
import { useItemsById } from "./known-items.ts";
import { PlayButtons } from "./list-views.tsx";
import { Page } from "./page.tsx";
import { SavedList } from "./saved-list.tsx";
import { EmptyState } from "./states.tsx";

const tabs = [
  ["likes", "Likes"],
  ["saved", "Saved"],
  ["history", "History"],
] as const;
const shownAtOnce = 200;

/** What belongs to the user: likes, saved media, what was played. */
export function YoursView(): ReactElement {
  const { tab = "likes" } = useParams<{ tab?: string }>();
  const current = tabs.find(([name]) => name === tab) ?? tabs[0];
  return (
    <Page title={current[1]}>
      <nav className="chips" aria-label="Yours">
        {tabs.map(([name, title]) => (
          <Link
            key={name}
            href={`/yours/${name}`}
            className="chip"
            aria-current={name === current[0] ? "page" : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      {current[0] === "likes" && <Likes />}
      {current[0] === "saved" && <SavedList />}
      {current[0] === "history" && <History />}
    </Page>
  );
}

function Likes(): ReactElement {
  const ids = useStore(useYours().likes);
  return ids.length === 0 ? (
    <EmptyState icon="heart" title="No likes yet">
      <p>The heart beside anything puts it here. It stays on this device.</p>
    </EmptyState>
  ) : (
    <ListOf ids={ids} title="Likes" />
  );
}

function History(): ReactElement {
  const { history, clearHistory } = useYours();
  const { announcer } = useServices();
  const plays = useStore(history);
  const ids = useMemo(() => Array.from(new Set(plays.map(({ itemId }) => itemId))), [plays]);
  if (ids.length === 0) {
    return (
      <EmptyState icon="history" title="Nothing played yet">
        <p>What you play is remembered on this device alone.</p>
      </EmptyState>
    );
  }
  const clear = (): void => void clearHistory().then(() => announcer.tell("The history is empty."));
  return (
    <>
      <ListOf ids={ids} title="Played lately" />
      <div className="actions">
        <button type="button" className="button" onClick={clear}>
          Clear the history
        </button>
      </div>
    </>
  );
}

function ListOf({ ids, title }: { readonly ids: readonly string[]; readonly title: string }): ReactElement {
  const actions = usePlayActions();
  const [count, setCount] = useState(shownAtOnce);
  const items = useItemsById(ids.slice(0, count));
  return (
    <>
      <div className="actions">
        <PlayButtons items={items} title={title} />
      </div>
      <ItemList
        lines={linesOf(items, (_item, index) => index + 1)}
        onPlay={(item) => actions.playFrom(items, item)}
        onNeedMore={count < ids.length ? () => setCount(count + shownAtOnce) : undefined}
      />
    </>
  );
}
