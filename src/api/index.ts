export type { MountedSource } from "./mounted-source.ts";
export { checkSource, createReadiness, type Readiness } from "./readiness.ts";
export { createRequestListener, type RequestListener } from "./request-listener.ts";
export { createRoutes } from "./routes.ts";
