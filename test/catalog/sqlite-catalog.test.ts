import { join } from "node:path";
import { describe, it } from "vitest";
import { openSqliteCatalog } from "../../src/catalog/index.ts";
import { catalogConformance } from "../../src/testing/index.ts";
import { createTemporaryFolder } from "../real/temporary-folder.ts";

catalogConformance(
  {
    name: "SQLite",
    create: async () => {
      const folder = await createTemporaryFolder("catalog");
      const path = join(folder.path, "library", "catalog.db");
      const catalog = await openSqliteCatalog({ path });
      return {
        catalog,
        reopen: () => openSqliteCatalog({ path }),
        close: async () => {
          await catalog[Symbol.asyncDispose]();
          await folder[Symbol.asyncDispose]();
        },
      };
    },
  },
  { describe, it },
);
