import type { ReactElement } from "react";
import { Link, useLocation } from "wouter";
import { useServices, useStore } from "../app/services.ts";
import { Icon, type IconName } from "./icon.tsx";

interface Place {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
}

const finding: readonly Place[] = [
  { href: "/", name: "Home", icon: "home" },
  { href: "/search", name: "Search", icon: "search" },
  { href: "/folders", name: "Folders", icon: "folder" },
];
const library: readonly Place[] = [
  { href: "/playlists", name: "Playlists", icon: "playlist" },
  { href: "/albums", name: "Albums", icon: "album" },
  { href: "/artists", name: "Artists", icon: "artist" },
];
const yours: readonly Place[] = [
  { href: "/yours/likes", name: "Likes", icon: "heart" },
  { href: "/yours/saved", name: "Saved", icon: "download" },
  { href: "/yours/history", name: "History", icon: "history" },
];
const tabs: readonly Place[] = [
  { href: "/", name: "Home", icon: "home" },
  { href: "/search", name: "Search", icon: "search" },
  { href: "/playlists", name: "Playlists", icon: "playlist" },
  { href: "/yours", name: "Yours", icon: "heart" },
  { href: "/settings", name: "Settings", icon: "settings" },
];

/** The way around, on wide screens. */
export function Navigation(): ReactElement {
  const { layout } = useServices();
  const isHelpOpen = useStore(layout.isHelpOpen);
  return (
    <nav className="sidebar" aria-label="Main">
      <Link href="/" className="brand">
        <img src="/icon.svg" alt="" width="30" height="30" /> Sluice
      </Link>
      <Places places={finding} />
      <div>
        <p className="nav-caption">Library</p>
        <Places places={library} />
      </div>
      <div>
        <p className="nav-caption">Yours</p>
        <Places places={yours} />
      </div>
      <div className="sidebar-foot nav-list">
        <Places places={[{ href: "/settings", name: "Settings", icon: "settings" }]} />
        <button
          type="button"
          className="nav-link"
          aria-keyshortcuts="?"
          aria-expanded={isHelpOpen}
          onClick={() => layout.isHelpOpen.set(true)}
        >
          <Icon name="keyboard" /> Shortcuts
        </button>
      </div>
    </nav>
  );
}

function Places({ places }: { readonly places: readonly Place[] }): ReactElement {
  const [location] = useLocation();
  return (
    <ul className="nav-list" role="list">
      {places.map(({ href, name, icon }) => (
        <li key={href}>
          <Link href={href} className="nav-link" aria-current={isAt(location, href) ? "page" : undefined}>
            <Icon name={icon} /> {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** The same on phones. */
export function Tabs(): ReactElement {
  const [location] = useLocation();
  return (
    <nav className="tabs" aria-label="Main, short">
      {tabs.map(({ href, name, icon }) => (
        <Link key={href} href={href} className="tab" aria-current={isAt(location, href) ? "page" : undefined}>
          <Icon name={icon} /> {name}
        </Link>
      ))}
    </nav>
  );
}

function isAt(location: string, href: string): boolean {
  return href === "/" ? location === "/" : location === href || location.startsWith(`${href}/`);
}
