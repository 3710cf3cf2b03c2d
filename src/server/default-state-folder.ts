import { isAbsolute, join } from "node:path";

/** What the system's customs are told by. */
export interface StatePlace {
  /** `XDG_STATE_HOME` or `LOCALAPPDATA`; ignored unless absolute, as the XDG specification has it. */
  readonly stateHome: string | undefined;
  readonly home: string;
  /** @default this system's */
  readonly platform?: NodeJS.Platform;
}

/** The user's own folder for what must outlive a restart and is nobody's document. */
export function defaultStateFolder({ stateHome, home, platform = process.platform }: StatePlace): string {
  const customary =
    platform === "darwin" ? join(home, "Library", "Application Support") : join(home, ".local", "state");
  return join(stateHome !== undefined && isAbsolute(stateHome) ? stateHome : customary, "sluice");
}
