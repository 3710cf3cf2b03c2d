export { adminMount } from "./admin-routes.ts";
export { type CacheListing, type CacheMount, type CacheSummary, createCacheAdmin } from "./cache-admin.ts";
export type { MetricsPage } from "./metrics-page.ts";
export type { MountedSource } from "./mounted-source.ts";
export { type CacheReadiness, checkSource, createReadiness, type Readiness } from "./readiness.ts";
export { createRequestListener, type RequestListener } from "./request-listener.ts";
export { createRoutes } from "./routes.ts";
