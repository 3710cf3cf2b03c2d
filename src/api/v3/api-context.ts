import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Catalog } from "../../catalog/index.ts";
import type { ApiSources } from "../api-source.ts";
import type { ItemLocator } from "../item-locator.ts";
import type { LibraryServices } from "../library-services.ts";
import type { RequestEnvironment } from "../request-environment.ts";
import type { OperatorCheck } from "../operator-check.ts";
import type { StreamAddresses } from "../stream-addresses.ts";
import type { EventHub } from "./event-hub.ts";
import type { LiveSearch } from "./live-search.ts";

/** What the routes of the API share. */
export interface ApiContext {
  readonly catalog: Catalog;
  readonly sources: ApiSources;
  readonly services: LibraryServices;
  readonly locator: ItemLocator;
  readonly streams: StreamAddresses;
  readonly live: LiveSearch;
  readonly events: EventHub;
  readonly isOperator: OperatorCheck;
  /** `https://media.example`, where the server is reached under another address than the one requests name. */
  readonly publicOrigin: string | undefined;
}

/** The router that routes are added to. */
export type ApiRouter = OpenAPIHono<{ Bindings: RequestEnvironment }>;

/** Where the API begins. */
export const apiMount = "/api/v3";
