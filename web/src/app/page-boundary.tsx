import { Component, type ReactNode } from "react";
import { ErrorState } from "../views/states.tsx";

/** What went wrong in a page stays in it: what plays goes on. A class, since React has no other way to catch. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? (
      this.props.children
    ) : (
      // A part of the app that could not be fetched is asked for again only by a page that is loaded anew.
      <ErrorState error={error} onRetry={() => location.reload()} />
    );
  }
}
