import { type ReactElement, type ReactNode, useId } from "react";

/** A row of cards with a heading, scrolled sideways. */
export function Shelf({
  title,
  more,
  children,
}: {
  readonly title: string;
  readonly more?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <section className="shelf" aria-labelledby={id}>
      <div className="shelf-head">
        <h2 id={id}>{title}</h2>
        {more}
      </div>
      {/* It scrolls, so it can be reached and scrolled by keys (axe: scrollable-region-focusable); what it holds can be focused. */}
      <div className="shelf-row" role="group" aria-labelledby={id} tabIndex={0}>
        {children}
      </div>
    </section>
  );
}
