import { afterAll, beforeAll, describe, it } from "vitest";
import { openPostgresCatalog } from "../../src/catalog/index.ts";
import { catalogConformance } from "../../src/testing/index.ts";
import { type Postgres, startPostgres } from "../real/postgres.ts";
import { describeWithParts } from "../real/require-part.ts";

describeWithParts(["postgresql"], "the catalog in a real PostgreSQL", () => {
  let server: Postgres;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  catalogConformance(
    {
      name: "PostgreSQL",
      create: async () => {
        const connectionString = await server.createDatabase();
        const catalog = await openPostgresCatalog({ connectionString });
        return {
          catalog,
          reopen: () => openPostgresCatalog({ connectionString }),
          close: async () => await catalog[Symbol.asyncDispose](),
        };
      },
    },
    { describe, it },
  );
});
