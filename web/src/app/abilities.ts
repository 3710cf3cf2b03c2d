/** What a page may lack for saving: an address that browsers trust, or room to keep things. */
export type Ability = "secure" | "storage";

/** What is missing here; `undefined` where nothing is. @param hasStorage whether database and files could be opened */
export function missingAbility(hasStorage: boolean): Ability | undefined {
  if (!globalThis.isSecureContext || !("serviceWorker" in navigator)) {
    return "secure";
  }
  return hasStorage ? undefined : "storage";
}
