import type { Announcer } from "./announcer.ts";

/** On a slow network the first page needs all of it: the worker fetches the whole app. */
const firstVisitWaitMs = 1_500;

/** Has the service worker keep the app and what is saved. A new version waits until the user wants it: nothing breaks in mid-play. */
export function registerWorker(announcer: Announcer): void {
  // Absent on plain http addresses: Settings says what that means.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) {
    return;
  }
  const { serviceWorker } = navigator;
  // Private windows of some browsers refuse it; everything but offline works.
  const register = (): void => void serviceWorker.register("/sw.js").then(follow, () => undefined);
  setTimeout(register, serviceWorker.controller === null ? firstVisitWaitMs : 0);

  function follow(registration: ServiceWorkerRegistration): void {
    const offer = (worker: ServiceWorker | null): void =>
      worker?.addEventListener("statechange", () => {
        // Without one in charge, this is the first: there is nothing to change.
        if (worker.state === "installed" && serviceWorker.controller !== null) tell(worker);
      });
    if (registration.waiting !== null && serviceWorker.controller !== null) tell(registration.waiting);
    registration.addEventListener("updatefound", () => offer(registration.installing));
  }

  function tell(worker: ServiceWorker): void {
    announcer.tell("A new version is ready.", {
      label: "Load it",
      run: () => {
        serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
        worker.postMessage("activate-now");
      },
    });
  }
}
