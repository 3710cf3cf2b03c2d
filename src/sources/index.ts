export { createLocalSource, type LocalSourceOptions } from "./local-source.ts";
export { createMemorySource, type MemoryEntry, type MemorySource } from "./memory-source.ts";
