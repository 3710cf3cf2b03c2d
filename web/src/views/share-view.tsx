import { type ReactElement, useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { Page } from "./page.tsx";
import { EmptyState } from "./states.tsx";

/** Where other apps share to: an address of our own opens, anything else is searched for. */
export function ShareView(): ReactElement {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const target = sharedTarget(parameters, location.origin);
  useEffect(() => {
    if (target !== undefined) navigate(target, { replace: true });
  }, [target, navigate]);
  return (
    <Page title="Shared" isTitleHidden>
      <EmptyState icon="share" title="Nothing was shared">
        <p>Share a link or a title with Sluice to open it or search for it.</p>
      </EmptyState>
    </Page>
  );
}

/** Where a shared thing leads. Only addresses of this very server are opened: a link from elsewhere is words to search for. */
export function sharedTarget(parameters: URLSearchParams, origin: string): string | undefined {
  const shared = ["url", "text", "title"].map((name) => parameters.get(name)?.trim() ?? "").find((text) => text !== "");
  if (shared === undefined) {
    return undefined;
  }
  const address = URL.parse(/https?:\/\/\S+/.exec(shared)?.[0] ?? "");
  return address?.origin === origin
    ? address.pathname + address.search
    : `/search?q=${encodeURIComponent(shared.slice(0, 200))}`;
}
