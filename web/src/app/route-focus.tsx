import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useServices } from "./services.ts";

/**
 * After each change of page: to its top (unless one went back, where the browser knows the place), the focus on its heading, its name read
 * out. Without this the focus would be lost with the link that was followed.
 */
export function RouteFocus(): null {
  const [path] = useLocation();
  const { announcer } = useServices();
  const isBack = useRef(false);
  const lastPath = useRef(path);
  useEffect(() => {
    const noteBack = (): void => void (isBack.current = true);
    addEventListener("popstate", noteBack);
    return () => removeEventListener("popstate", noteBack);
  }, []);
  useEffect(() => {
    if (lastPath.current === path) {
      return undefined;
    }
    lastPath.current = path;
    if (!isBack.current) {
      scrollTo(0, 0);
    }
    isBack.current = false;
    return whenHeadingIsThere((heading) => {
      heading.focus({ preventScroll: true });
      announcer.say(heading.textContent);
    });
  }, [path, announcer]);
  return null;
}

/** A page that is still loading has no heading yet. */
function whenHeadingIsThere(use: (heading: HTMLElement) => void): () => void {
  const main = document.querySelector("main");
  const tryNow = (): boolean => {
    const heading = main?.querySelector<HTMLElement>("h1") ?? undefined;
    if (heading !== undefined) use(heading);
    return heading !== undefined;
  };
  if (main === null || tryNow()) {
    return () => undefined;
  }
  main.focus({ preventScroll: true });
  const observer = new MutationObserver(() => tryNow() && observer.disconnect());
  observer.observe(main, { childList: true, subtree: true });
  return () => observer.disconnect();
}
