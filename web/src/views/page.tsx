import { type ReactElement, type ReactNode, useEffect, useRef } from "react";

/** What every page begins with. The heading takes the focus when the page is come to: the next Tab leads into what is new. */
export function Page({
  title,
  detail,
  actions,
  children,
  isTitleHidden = false,
}: {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly isTitleHidden?: boolean;
}): ReactElement {
  usePageTitle(title);
  return (
    <>
      <div className={isTitleHidden ? "visually-hidden" : "page-head"}>
        <div>
          <h1 tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {detail !== undefined && <p>{detail}</p>}
        </div>
        {actions}
      </div>
      {children}
    </>
  );
}

/** Names the window after the page. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "Sluice" ? title : `${title.slice(0, 120)} · Sluice`;
  }, [title]);
}

/** Asks for more before the end of a list is reached. */
export function LoadMore({
  hasMore,
  isLoading,
  onMore,
}: {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}): ReactElement | null {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = button.current;
    if (element === null) {
      return undefined;
    }
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && onMore(), {
      rootMargin: "800px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onMore, hasMore]);
  return hasMore ? (
    <button type="button" className="button" ref={button} disabled={isLoading} onClick={onMore}>
      {isLoading ? "Loading more…" : "Show more"}
    </button>
  ) : null;
}
