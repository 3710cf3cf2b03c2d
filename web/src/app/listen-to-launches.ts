import type { LaunchParameters } from "./open-files.ts";
import type { Services } from "./services.ts";

/** Browsers that install apps tell them here what they were launched for. */
interface LaunchQueue {
  setConsumer(consumer: (parameters: LaunchParameters) => void): void;
}

/** Has files that are opened with the app, its shortcuts and what is shared come to the page that is there already. */
export function listenToLaunches(services: Services): void {
  const { launchQueue } = globalThis as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer((parameters) => {
    import("./open-files.ts")
      .then(
        ({ openLaunched }) => openLaunched(parameters, services),
        () => services.announcer.tell("What the app was opened with could not be read. Try again."),
      )
      .catch(() => services.announcer.tell("This file can no longer be read. It may have been moved."));
  });
}
