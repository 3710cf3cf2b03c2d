import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ListOptions, type ListPage, type Source, SourceError } from "../source/index.ts";
import { createMemorySource } from "../sources/index.ts";
import { type FolderWindow, FolderWalk } from "./folder-walk.ts";

/** A source of these keys, whose pages are so small that every border is met. */
function sourceOf(keys: readonly string[], pageEntries: number, refused: readonly string[] = []): Source {
  const source = createMemorySource(Object.fromEntries(keys.map((key) => [key, new Uint8Array(1)])));
  const list = async (prefix: string, options?: ListOptions): Promise<ListPage> => {
    if (refused.includes(prefix)) {
      throw new SourceError("forbidden", `Cannot list "${prefix}"`);
    }
    return source.list(prefix, { ...options, limit: pageEntries });
  };
  return { list } as unknown as Source;
}

async function collect(walk: FolderWalk): Promise<FolderWindow[]> {
  const windows: FolderWindow[] = [];
  for await (const window of walk.windows()) windows.push(window);
  return windows;
}

function keysOf(windows: readonly FolderWindow[]): string[] {
  return windows.flatMap(({ objects }) => objects.map(({ key }) => key));
}

const name = fc.constantFrom("a", "b", "a.x", "a.en.y", "b.z", "c.1", "c.2", "c.3", "d");
const tree = fc.uniqueArray(
  fc.array(name, { minLength: 1, maxLength: 4 }).map((path) => path.join("/")),
  { maxLength: 40 },
);

describe("FolderWalk", () => {
  it("gives every object once, and all that shares a name together", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 7 }), async (keys, pageEntries) => {
        const windows = await collect(new FolderWalk(sourceOf(keys, pageEntries), {}, {}));
        expect(keysOf(windows).toSorted()).toEqual(keys.toSorted());
        const windowOf = new Map<string, number>();
        for (const [index, { objects }] of windows.entries()) {
          for (const { key } of objects) {
            const group = key.replace(/\.[^/]*$/, "");
            expect(windowOf.get(group) ?? index).toBe(index);
            windowOf.set(group, index);
          }
        }
      }),
    );
  });

  it("goes on from any window and leaves nothing out", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.integer({ min: 1, max: 7 }), fc.nat(), async (keys, pageEntries, cut) => {
        const source = sourceOf(keys, pageEntries);
        const windows = await collect(new FolderWalk(source, {}, {}));
        if (windows.length === 0) return;
        const done = windows.slice(0, (cut % windows.length) + 1);
        const rest = await collect(new FolderWalk(source, { cursor: done.at(-1)?.cursor }, {}));
        expect([...new Set([...keysOf(done), ...keysOf(rest)])].toSorted()).toEqual(keys.toSorted());
      }),
    );
  });

  it.each(["", "{}", "[]", "[1]", '[{"prefix":1}]', "not json"])(
    "begins anew from a cursor that is none: %s",
    async (cursor) => {
      const windows = await collect(new FolderWalk(sourceOf(["a", "b/c"], 2), { cursor }, {}));
      expect(keysOf(windows)).toEqual(["a", "b/c"]);
    },
  );

  it("stays in its folder, or goes below, as it is told", async () => {
    const source = sourceOf(["a", "b/c", "b/d/e"], 2);
    expect(keysOf(await collect(new FolderWalk(source, { prefix: "b/", isRecursive: false }, {})))).toEqual(["b/c"]);
    expect(keysOf(await collect(new FolderWalk(source, { prefix: "b/" }, {})))).toEqual(["b/c", "b/d/e"]);
  });

  it("goes round folders that it may not list, and names them", async () => {
    const walk = new FolderWalk(sourceOf(["a/1", "b/2"], 2, ["a/"]), {}, {});
    expect(keysOf(await collect(walk))).toEqual(["b/2"]);
    expect(walk.unlisted).toEqual(['Cannot list "a/"']);
    await expect(collect(new FolderWalk(sourceOf([], 2, [""]), {}, {}))).rejects.toThrow(SourceError);
  });
});
