const sheets = new Map<string, CSSStyleSheet>();

/**
 * Puts HTML into a shadow tree under a Content-Security-Policy that refuses styles in the page. The text of each `<style>` becomes a sheet
 * that the tree adopts, one for all elements of a kind; the element itself stays, empty, which the policy knows by its hash: whoever adds
 * rules to its sheet later finds one, as media-chrome does.
 */
export function fillShadowTree(root: ShadowRoot, html: string): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  const adopted = Array.from(template.content.querySelectorAll("style"), (style) => {
    const text = style.textContent;
    style.textContent = "";
    return sheetOf(text);
  });
  root.replaceChildren(template.content);
  root.adoptedStyleSheets.push(...adopted);
}

function sheetOf(text: string): CSSStyleSheet {
  const known = sheets.get(text) ?? new CSSStyleSheet();
  if (!sheets.has(text)) {
    known.replaceSync(text);
    sheets.set(text, known);
  }
  return known;
}
