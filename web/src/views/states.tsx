import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

/** Nothing to show, why, and what to do about it. */
export function EmptyState({
  icon,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <div className="state">
      <span className="icon-well">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What was asked for cannot be shown just now. */
export function ErrorState({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactElement {
  const isRefusal = error instanceof Error && error.name === "SluiceProblem";
  return (
    <EmptyState
      icon={isRefusal ? "warning" : "offline"}
      title={isRefusal ? "That did not work" : "The server is out of reach"}
    >
      <p>
        {isRefusal
          ? error.message
          : "What is saved on this device still plays. Everything else comes back as soon as the server does."}
      </p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </EmptyState>
  );
}

/** The shape of a grid of cards that is on its way. */
export function CardSkeletons({ count = 8 }: { readonly count?: number }): ReactElement {
  return (
    <div className="grid" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div className="card" key={index}>
          <div className="art skeleton" />
          <div className="skeleton" style={{ height: 14, width: "80%" }} />
          <div className="skeleton" style={{ height: 11, width: "50%" }} />
        </div>
      ))}
    </div>
  );
}

/** The shape of a list that is on its way. */
export function RowSkeletons({ count = 8 }: { readonly count?: number }): ReactElement {
  return (
    <div className="rows" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div className="row row-plain" key={index}>
          <div className="skeleton" style={{ height: 48, width: 48 }} />
          <div className="row-text" style={{ gap: 8 }}>
            <div className="skeleton" style={{ height: 13, width: "42%" }} />
            <div className="skeleton" style={{ height: 11, width: "24%" }} />
          </div>
        </div>
      ))}
    </div>
  );
}
