import type { Plugin } from "vite";

/**
 * media-chrome's elements bring their styles as text in `<style>` elements, which a strict Content-Security-Policy refuses. This plugin
 * has them fill their shadow trees by `fillShadowTree`, which puts the same rules in by the CSSOM. It fails the build where media-chrome no
 * longer does what it expects: controls without styles are not to be found out by users.
 */
export function shadowStyles(): Plugin {
  return {
    name: "shadow-styles",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("/media-chrome/dist/") || !writesShadowTree.test(code)) {
        return undefined;
      }
      const rewritten = code
        .replaceAll(/this\.shadowRoot\.setHTMLUnsafe \? [^:;]+ : (this\.shadowRoot\.innerHTML = )/g, "$1")
        .replaceAll(/this\.shadowRoot\.innerHTML = ([^;]+);/g, "fillShadowTree(this.shadowRoot, $1);");
      if (writesShadowTree.test(rewritten)) {
        this.error(`${id} writes its shadow tree in another way than before`);
      }
      return { code: `import { fillShadowTree } from "/src/media/fill-shadow-tree.ts";\n${rewritten}`, map: null };
    },
  };
}

const writesShadowTree = /shadowRoot\.(?:innerHTML|setHTMLUnsafe)/;
