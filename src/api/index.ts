export type { MountedSource } from "./mounted-source.ts";
export { checkSource, createReadiness, type Readiness, type ReadinessOptions } from "./readiness.ts";
export { createRequestListener, type RequestListener } from "./request-listener.ts";
