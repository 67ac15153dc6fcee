// @ts-check
/**
 * Colours that can be read: an ink too close to its ground falls back to that of the text.
 *
 * The page may be light or dark, so an ink on the page has to differ from white and from black;
 * one on a ground of the formula's own from that, and where it has none it gets one.
 */

const LEAST_CONTRAST = 1.6; // contrast by WCAG: hidden text has about 1, orange on white 1.97
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];

/** @typedef {number[]} Colour red, green and blue up to 255 */
/** @typedef {{ink: Colour | null, ground: Colour | null}} Place */

/**
 * @param {any} root of MathJax's internal MathML; deep ones are no trouble
 * @returns {boolean} whether it has any colours
 */
export function readable(root) {
  let found = false;
  /** @type {[any, Place][]} */ const waiting = [[root, { ink: null, ground: null }]];
  for (let next; (next = waiting.pop()); ) {
    const [node, around] = next;
    const attributes = node.attributes?.getAllAttributes() ?? {}; // its own; others are behind them
    const isColoured = ["mathcolor", "mathbackground"].some((name) => Object.hasOwn(attributes, name));
    const place = isColoured ? settled(attributes, around) : around;
    found ||= isColoured;
    for (const child of node.childNodes ?? []) if (child) waiting.push([child, place]);
  }
  return found;
}

/** The colours inside a node, whose own are put right. @param {any} attributes @param {Place} around @returns {Place} */
function settled(attributes, around) {
  const own = parsed(attributes.mathbackground);
  const ink = parsed(attributes.mathcolor);
  if (!own) delete attributes.mathbackground;
  if (!ink) delete attributes.mathcolor;
  if (!own && !ink) return around;
  const ground = own ?? around.ground;
  const wanted = ink ?? around.ink;
  if (wanted && isReadable(wanted, ground)) return { ink: wanted, ground };
  delete attributes.mathcolor;
  if (!ground) return { ink: around.ink, ground };
  const best = contrast(ground, WHITE) > contrast(ground, BLACK) ? WHITE : BLACK;
  attributes.mathcolor = best === WHITE ? "white" : "black";
  return { ink: best, ground };
}

/** @param {Colour} ink @param {Colour | null} ground */
const isReadable = (ink, ground) =>
  (ground ? [ground] : [WHITE, BLACK]).every((each) => contrast(ink, each) >= LEAST_CONTRAST);

/** @param {Colour} a @param {Colour} b */
function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {Colour} colour */
function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let palette;

/** What the browser makes of a colour; null for none, and for one that lets the ground through.
 * @param {unknown} text @returns {Colour | null} */
function parsed(text) {
  palette ??= document.createElement("canvas").getContext("2d");
  if (!palette || typeof text !== "string" || !/^[\w#(),.% -]{1,60}$/.test(text)) return null;
  const [first, second] = ["#000001", "#000002"].map((other) => {
    /** @type {CanvasRenderingContext2D} */ (palette).fillStyle = other;
    /** @type {CanvasRenderingContext2D} */ (palette).fillStyle = text;
    return String(palette?.fillStyle);
  });
  if (first !== second || !/^#[\da-f]{6}$/.test(first)) return null;
  return [1, 3, 5].map((at) => parseInt(first.slice(at, at + 2), 16));
}
