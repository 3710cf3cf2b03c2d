/** What a source may be called: it stands in addresses as it is, so nothing in it needs percent-encoding. */
export const sourceNamePattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** How a name must look, for messages. */
export const sourceNameRule = 'Use up to 64 letters of a-z, digits, "-", "_" and ".", with a letter or digit first.';

/** A source name made of any text: `My Films (2024)` gives `my-films-2024`. Never empty. */
export function sourceNameFrom(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[-._]+/, "")
    .slice(0, 60)
    .replace(/[-._]+$/, "");
  return name === "" ? "media" : name;
}

/** What {@link assignSourceNames} needs of a source. */
export interface Nameable {
  /** What the operator called it. */
  readonly name?: string | undefined;
  /** What it is called otherwise. */
  readonly defaultName: string;
}

/**
 * One name for each source, in their order. Chosen names stay; default ones give way: `films`, `films-2`.
 * @returns the name in question where two sources were given the same.
 */
export function assignSourceNames(sources: readonly Nameable[]): readonly string[] | { readonly duplicate: string } {
  const taken = new Set<string>();
  for (const { name } of sources) {
    if (name !== undefined && taken.has(name)) {
      return { duplicate: name };
    }
    if (name !== undefined) {
      taken.add(name);
    }
  }
  return sources.map(({ name, defaultName }) => {
    if (name !== undefined) {
      return name;
    }
    let free = defaultName;
    for (let count = 2; taken.has(free); count += 1) {
      free = `${defaultName}-${count}`;
    }
    taken.add(free);
    return free;
  });
}
