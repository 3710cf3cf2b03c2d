/**
 * Puts HTML into a shadow tree under a Content-Security-Policy that refuses styles in the page: each `<style>` goes in empty, which the
 * policy knows by its hash, and is filled rule by rule. Whoever looks for its sheet finds it, as media-chrome does.
 */
export function fillShadowTree(root: ShadowRoot, html: string): void {
  const template = document.createElement("template");
  template.innerHTML = html;
  const styles = Array.from(template.content.querySelectorAll("style"), (style) => {
    const text = style.textContent;
    style.textContent = "";
    return { style, text };
  });
  root.replaceChildren(template.content);
  for (const { style, text } of styles) {
    const parsed = new CSSStyleSheet();
    parsed.replaceSync(text);
    for (const [index, rule] of Array.from(parsed.cssRules).entries()) {
      style.sheet?.insertRule(rule.cssText, index);
    }
  }
}
