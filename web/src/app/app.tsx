import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense } from "react";
import { Route, Switch, useLocation } from "wouter";
import { HomeView } from "../views/home-view.tsx";
import { Icon } from "../views/icon.tsx";
import { Navigation, Tabs } from "../views/navigation.tsx";
import { PlayerBar } from "../views/player-bar.tsx";
import { Stage } from "../views/stage.tsx";
import { EmptyState, RowSkeletons } from "../views/states.tsx";
import { Page } from "../views/page.tsx";
import { LiveRegion, Toasts } from "../views/toasts.tsx";
import { PageBoundary } from "./page-boundary.tsx";
import { useKeyboard } from "./use-keyboard.ts";
import { RouteFocus } from "./route-focus.tsx";
import { useServices, useStore } from "./services.ts";

const lists = () => import("../views/list-views.tsx");
const collections = () => import("../views/collection-views.tsx");
const SearchView = lazy(async () => ({ default: (await import("../views/search-view.tsx")).SearchView }));
const FoldersView = lazy(async () => ({ default: (await import("../views/folders-view.tsx")).FoldersView }));
const AlbumsView = lazy(async () => ({ default: (await collections()).AlbumsView }));
const ArtistsView = lazy(async () => ({ default: (await collections()).ArtistsView }));
const PlaylistsView = lazy(async () => ({ default: (await collections()).PlaylistsView }));
const AlbumView = lazy(async () => ({ default: (await lists()).AlbumView }));
const ArtistView = lazy(async () => ({ default: (await lists()).ArtistView }));
const PlaylistView = lazy(async () => ({ default: (await lists()).PlaylistView }));
const ItemView = lazy(async () => ({ default: (await import("../views/item-view.tsx")).ItemView }));
const YoursView = lazy(async () => ({ default: (await import("../views/yours-view.tsx")).YoursView }));
const OwnPlaylistView = lazy(async () => ({
  default: (await import("../views/own-playlist-view.tsx")).OwnPlaylistView,
}));
const SettingsView = lazy(async () => ({ default: (await import("../views/settings-view.tsx")).SettingsView }));
const OpenedFilesView = lazy(async () => ({
  default: (await import("../views/opened-files-view.tsx")).OpenedFilesView,
}));
const ShareView = lazy(async () => ({ default: (await import("../views/share-view.tsx")).ShareView }));
const NowView = lazy(async () => ({ default: (await import("../views/now-view.tsx")).NowView }));
const QueuePanel = lazy(async () => ({ default: (await import("../views/queue-panel.tsx")).QueuePanel }));
const KeyHelp = lazy(async () => ({ default: (await import("../views/key-help.tsx")).KeyHelp }));

/** The app: what stays on every page, and the page. */
export function App(): ReactElement {
  const { queryClient } = useServices();
  return (
    <QueryClientProvider client={queryClient}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Shell />
      <Toasts />
      <LiveRegion />
      <RouteFocus />
    </QueryClientProvider>
  );
}

function Shell(): ReactElement {
  const { layout } = useServices();
  const isNowOpen = useStore(layout.isNowOpen);
  const isQueueOpen = useStore(layout.isQueueOpen);
  const isHelpOpen = useStore(layout.isHelpOpen);
  const [path] = useLocation();
  useKeyboard();
  return (
    <>
      {/* What lies under the full player is neither seen nor reached. */}
      <div className="shell" inert={isNowOpen}>
        <Navigation />
        <main id="content" className="content" tabIndex={-1}>
          <PageBoundary key={path}>
            <Suspense fallback={<RowSkeletons />}>
              <Pages />
            </Suspense>
          </PageBoundary>
        </main>
      </div>
      <div inert={isNowOpen}>
        <PlayerBar />
        <Tabs />
      </div>
      <Suspense>
        {isQueueOpen && !isNowOpen && <QueuePanel />}
        {isNowOpen && <NowView />}
        {isHelpOpen && <KeyHelp />}
      </Suspense>
      <Stage />
    </>
  );
}

function Pages(): ReactElement {
  return (
    <Switch>
      <Route path="/" component={HomeView} />
      <Route path="/search" component={SearchView} />
      <Route path="/folders/*?" component={FoldersView} />
      <Route path="/playlists" component={PlaylistsView} />
      <Route path="/playlist/:id" component={PlaylistView} />
      <Route path="/albums" component={AlbumsView} />
      <Route path="/album/:id" component={AlbumView} />
      <Route path="/artists" component={ArtistsView} />
      <Route path="/artist/:id" component={ArtistView} />
      <Route path="/item/:id" component={ItemView} />
      <Route path="/yours/playlist/:id" component={OwnPlaylistView} />
      <Route path="/yours/:tab?" component={YoursView} />
      <Route path="/settings" component={SettingsView} />
      <Route path="/share" component={ShareView} />
      <Route path="/open" component={OpenedFilesView} />
      <Route component={NotFound} />
    </Switch>
  );
}

function NotFound(): ReactElement {
  return (
    <Page title="Not here" isTitleHidden>
      <EmptyState icon="search" title="There is nothing at this address">
        <a href="/" className="button">
          <Icon name="home" /> Home
        </a>
      </EmptyState>
    </Page>
  );
}
