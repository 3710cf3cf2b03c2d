import type { ReactElement } from "react";
import { Link, useRoute } from "wouter";
import type { Item, SourceStatus } from "../../../src/api/contract.ts";
import { addresses } from "../app/addresses.ts";
import { usePlayActions } from "../app/play-actions.ts";
import { useRefresh } from "../app/queries.ts";
import { useFolder, useSources } from "../app/view-queries.ts";
import { formatCount, formatTitle } from "./format-words.ts";
import { CardRows } from "./card-rows.tsx";
import { Icon } from "./icon.tsx";
import { ItemCard } from "./item-card.tsx";
import { ItemList, linesOf } from "./item-list.tsx";
import { LoadMore, Page } from "./page.tsx";
import { EmptyState, ErrorState, RowSkeletons } from "./states.tsx";

/** The sources as they lie: folders, buckets, origins. */
export function FoldersView(): ReactElement {
  const [, parameters] = useRoute("/folders/:source/*?");
  const source = parameters?.source;
  // The browser hands over the path still encoded; wouter decodes it once.
  return source === undefined || source === "" ? (
    <Sources />
  ) : (
    <FolderContents source={source} prefix={parameters?.["*"] ?? ""} />
  );
}

function Sources(): ReactElement {
  const sources = useSources();
  const refresh = useRefresh();
  return (
    <Page
      title="Folders"
      detail="Every source as it lies"
      actions={
        <>
          <Link className="text-link" href="/open">
            Files of this device
          </Link>
          <a className="text-link" href="/files">
            Plain list of files
          </a>
        </>
      }
    >
      {sources.isPending && <RowSkeletons count={3} />}
      {sources.isError && <ErrorState error={sources.error} onRetry={refresh} />}
      <div className="rows">
        {sources.data?.sources.map((source) => (
          <SourceRow key={source.name} source={source} />
        ))}
      </div>
    </Page>
  );
}

function SourceRow({ source }: { readonly source: SourceStatus }): ReactElement {
  const { name, label, state, progress, lastError, itemCount } = source;
  const words = {
    idle: formatCount(itemCount, "item"),
    scanning:
      progress === undefined ? "being read" : `being read: ${progress.objects.toLocaleString("en")} files so far`,
    failed: `could not be read: ${lastError ?? "unknown reason"}`,
    unreachable: `out of reach: ${lastError ?? "unknown reason"}`,
    unscanned: "not read yet",
  } as const;
  return (
    <Link href={addresses.folder(name)} className="row row-plain">
      <span className="tile">
        <Icon name="folder" />
      </span>
      <span className="row-text">
        <span className="row-title truncate">
          <bdi>{name}</bdi>
        </span>
        <span className="row-detail truncate">
          <bdi>{label}</bdi>
        </span>
      </span>
      <span className="status" data-state={state}>
        {words[state]}
      </span>
    </Link>
  );
}

function FolderContents({ source, prefix }: { readonly source: string; readonly prefix: string }): ReactElement {
  const folder = useFolder(source, prefix);
  const refresh = useRefresh();
  const actions = usePlayActions();
  const pages = folder.data?.pages ?? [];
  const folders = pages.flatMap((page) => page.folders);
  const items = pages.flatMap((page) => page.items);
  const listed = items.filter(({ kind }) => kind === "audio");
  const pictured = items.filter(({ kind }) => kind !== "audio");
  const parts = prefix.split("/").filter((part) => part !== "");
  const more = folder.hasNextPage && !folder.isFetchingNextPage ? () => void folder.fetchNextPage() : undefined;
  const playFrom = (item: Item): void => actions.playFrom(items, item);
  return (
    <Page
      title={formatTitle(parts.at(-1) ?? source)}
      detail={<Crumbs source={source} parts={parts} />}
      actions={
        items.some(({ kind }) => kind !== "image") && (
          <button type="button" className="button button-primary" onClick={() => actions.playFrom(items)}>
            <Icon name="play" /> Play all
          </button>
        )
      }
    >
      {folder.isPending && <RowSkeletons />}
      {folder.isError && <ErrorState error={folder.error} onRetry={refresh} />}
      {folders.length > 0 && (
        <div className="rows">
          {folders.map(({ name, prefix: inner }) => (
            <Link key={inner} href={addresses.folder(source, inner)} className="row row-plain">
              <span className="tile">
                <Icon name="folder" />
              </span>
              <span className="row-title truncate">
                <bdi>{formatTitle(name)}</bdi>
              </span>
              <Icon name="forward" />
            </Link>
          ))}
        </div>
      )}
      {listed.length > 0 && (
        <ItemList lines={linesOf(listed, ({ trackNumber }) => trackNumber)} onPlay={playFrom} onNeedMore={more} />
      )}
      {pictured.length > 0 && (
        <CardRows entries={pictured} cardOf={(item) => <ItemCard key={item.id} item={item} list={items} />} />
      )}
      {folder.isSuccess && folders.length + items.length === 0 && (
        <EmptyState icon="folder" title="Nothing here">
          <p>This folder holds no media.</p>
        </EmptyState>
      )}
      <LoadMore hasMore={folder.hasNextPage} isLoading={folder.isFetchingNextPage} onMore={() => more?.()} />
    </Page>
  );
}

function Crumbs({ source, parts }: { readonly source: string; readonly parts: readonly string[] }): ReactElement {
  const names = [source, ...parts];
  return (
    <nav className="crumbs" aria-label="Folders above">
      <ol>
        <li>
          <Link href="/folders">Folders</Link>
        </li>
        {names.slice(0, -1).map((name, depth) => (
          // The depth is what tells two folders of one name apart.
          <li key={`${depth} ${name}`}>
            <Link
              href={addresses.folder(
                source,
                parts
                  .slice(0, depth)
                  .map((part) => `${part}/`)
                  .join(""),
              )}
            >
              <bdi>{formatTitle(name)}</bdi>
            </Link>
          </li>
        ))}
        <li aria-current="page">
          <bdi>{formatTitle(names.at(-1) ?? source)}</bdi>
        </li>
      </ol>
    </nav>
  );
}
