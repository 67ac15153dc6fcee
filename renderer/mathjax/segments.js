// @ts-check
/**
 * Long inline formulas go on in the next line, as text does: where TeX would break them, after a
 * relation, a binary operator or a comma of the outermost row.
 *
 * The build finds the places, measures what is between them and writes into `data-segments` where
 * each segment ends, as the number of its row's children, and the class that holds its size. The
 * drawing of the page is cut at the same places; the MathML was by the server.
 */

/** @typedef {import("../client/states.js").Drawing} Drawing */

/**
 * An operator of a formula's outermost row: the row has so many children up to it and the space
 * after it, it stands in so many brackets, and the formula may go on in the next line there or not.
 * @typedef {{text: string, end: number, depth: number, breaks: boolean}} Sign
 */

const SHELLS = /^mjx-(?:math|mrow|mstyle|texatom)$/;
const [BINARY, RELATION, OPEN, CLOSE, PUNCTUATION] = [2, 3, 4, 5, 6]; // TeX's classes
const LISTS = /^[,;\uff0c\uff1b]$/;

/**
 * The outermost row of a drawing: the first element with more than one child.
 * @param {Element} node @returns {Element | null}
 */
export function rowIn(node) {
  let row = node.querySelector("mjx-math");
  while (row?.children.length === 1 && SHELLS.test(row.children[0].localName)) {
    row = row.children[0];
  }
  return row;
}

/**
 * The drawing of a formula with segments, cut into them. One that speaks stays whole, since
 * MathJax finds its way through it, and so does one that another MathJax drew in another way.
 * @param {Drawing} drawing @param {Element} wrapper @returns {Drawing}
 */
export function cut(drawing, wrapper) {
  const given = wrapper.getAttribute("data-segments");
  const row = given && !drawing.spoken && rowIn(drawing.node);
  if (!row) return drawing;
  const segments = given.split(" ").map((each) => each.split(":"));
  const children = [...row.children];
  if (Number(segments[segments.length - 1][0]) !== children.length) return drawing;
  for (let each = row; each !== drawing.node; each = /** @type {Element} */ (each.parentElement)) {
    each.classList.add("math-row");
  }
  let start = 0;
  for (const [end, name] of segments) {
    if (start) children[start].classList.add("math-start");
    const last = Number(end) === children.length;
    row.append(segment(children.slice(start, Number(end)), name, last));
    start = Number(end);
  }
  return { ...drawing, flows: true };
}

/** @param {Element[]} nodes @param {string} name @param {boolean} last */
function segment(nodes, name, last) {
  const outer = document.createElement("span");
  const inner = document.createElement("mjx-mrow");
  outer.className = `math-seg ${name}`;
  inner.className = "math-part";
  inner.append(...nodes);
  outer.append(inner);
  if (!last) return outer;
  const end = document.createElement("span"); // what follows may be a comma: no break before it
  end.className = "math-last";
  end.append(outer);
  return end;
}

/**
 * The operators of a formula's row that look like one of those after which it may be broken.
 * @param {any} root MathJax's tree of the formula @param {Element} node its drawing
 * @returns {Sign[]}
 */
export function signsIn(root, node) {
  const children = childrenOfRow(root, node);
  let depth = 0;
  const signs = children.flatMap((child, index) => {
    if (child.kind !== "mo") return [];
    if (child.texClass === OPEN) depth += 1;
    if (child.texClass === CLOSE) depth = Math.max(0, depth - 1);
    const end = endOf(children, index);
    return [{ text: child.getText(), end, depth, breaks: mayBreak(child, children[end], index) }];
  });
  const breaking = new Set(signs.flatMap(({ text, breaks }) => (breaks ? text : [])));
  return signs.filter(({ text }) => breaking.has(text));
}

/**
 * What MathJax knows of the children of a drawing's row; nothing if that is not one to one.
 * @param {any} root @param {Element} node @returns {any[]}
 */
function childrenOfRow(root, node) {
  const row = rowIn(node);
  let inner = inferred(root);
  for (let each = row; each && each.localName !== "mjx-math"; each = each.parentElement) {
    inner = inferred(inner.childNodes[0] ?? inner);
  }
  return row && row.children.length === inner.childNodes.length ? inner.childNodes : [];
}

/** The row that MathML lets one leave out. @param {any} node */
const inferred = (node) => (node.childNodes[0]?.isInferred ? node.childNodes[0] : node);

/** The space after an operator belongs to it. @param {any[]} children @param {number} index */
function endOf(children, index) {
  let end = index + 1;
  while (children[end]?.kind === "mspace") end += 1;
  return end;
}

/** @param {any} sign @param {any} next @param {number} index */
function mayBreak(sign, next, index) {
  if (index === 0 || !next) return false;
  if (sign.texClass === PUNCTUATION) return LISTS.test(sign.getText());
  if (sign.texClass === RELATION) return next.texClass !== RELATION;
  return sign.texClass === BINARY;
}
