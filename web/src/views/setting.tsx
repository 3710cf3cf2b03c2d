import type { ReactElement, ReactNode } from "react";

/** A group of settings. */
export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** One setting: what it is, and what changes it. */
export function Setting({
  name,
  detail,
  children,
}: {
  readonly name: string;
  readonly detail?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div className="setting">
      <div className="setting-text">
        <strong>{name}</strong>
        {detail !== undefined && <p>{detail}</p>}
      </div>
      {children}
    </div>
  );
}
