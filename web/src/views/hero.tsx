import type { ReactElement, ReactNode } from "react";
import { usePageTitle } from "./page.tsx";

/** The head of a page about one thing: its picture, its name, what can be done with it. */
export function Hero({
  art,
  kind,
  title,
  detail,
  children,
}: {
  readonly art: ReactNode;
  readonly kind: string;
  readonly title: string;
  readonly detail?: ReactNode;
  /** Buttons. */
  readonly children: ReactNode;
}): ReactElement {
  usePageTitle(title);
  return (
    <header className="hero">
      {art}
      <div className="hero-text">
        <span className="hero-kind">{kind}</span>
        <h1 tabIndex={-1}>
          <bdi>{title}</bdi>
        </h1>
        {detail !== undefined && <div className="hero-detail">{detail}</div>}
        <div className="actions">{children}</div>
      </div>
    </header>
  );
}
