// @ts-check
/**
 * What a formula may not carry into the page: addresses, names, scripts, foreign styles. Applied
 * to MathJax's own tree, so both the drawing and the MathML come out clean.
 */

const DROPPED = /^(?:href|src|altimg|id|class|name|xlink:.*|on.*|data-mjx-href)$/i;

/** What `\bbox`, `\fcolorbox` and `\rule` need. */
const STYLE = /^(?:border(?:-[a-z]+)*|padding(?:-[a-z]+)?|background-color|color)$/;
const VALUE = /^[\w\s.#%+,-]*$/;

/** @param {any} root of MathJax's internal MathML */
export function guard(root) {
  root.walkTree((/** @type {any} */ node) => {
    const attributes = node.attributes?.getAllAttributes();
    for (const name of Object.keys(attributes ?? {})) {
      if (DROPPED.test(name)) delete attributes[name];
    }
    if (!attributes?.style) return;
    attributes.style = harmless(String(attributes.style));
    if (!attributes.style) delete attributes.style;
  });
}

/** @param {string} style */
function harmless(style) {
  const kept = style.split(";").filter((declaration) => {
    const [property, value = ""] = declaration.split(":", 2).map((part) => part.trim());
    return STYLE.test(property.toLowerCase()) && VALUE.test(value);
  });
  return kept.join(";");
}
