// @ts-check
/** What the reader has selected, found again in nodes that say the same. */

/** @typedef {{nodes: Node[]}} Shown */
/** @typedef {[Shown, Shown | undefined][]} Puts what is new, and what it replaces */

/**
 * Note where the selection begins and ends, before nodes that are shown are replaced.
 * @param {Puts} puts @returns {() => void} selects the same in what is new
 */
export function holdSelection(puts) {
  const selection = /** @type {Selection} */ (getSelection());
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  if (selection.isCollapsed) return () => {};
  const [from, to] = [placeOf(anchorNode, anchorOffset, puts), placeOf(focusNode, focusOffset, puts)];
  return () => selection.setBaseAndExtent(...from(), ...to());
}

/**
 * @param {Node | null} node @param {number} offset @param {Puts} puts
 * @returns {() => [Node, number]} the place that is as many characters behind the beginning
 */
function placeOf(node, offset, puts) {
  const at = /** @type {[Node, number]} */ ([node, offset]);
  for (const [fresh, was] of puts) {
    if (!was?.nodes.some((each) => each.contains(node))) continue;
    const range = new Range();
    range.setStartBefore(was.nodes[0]);
    range.setEnd(...at);
    let left = String(range).length;
    return () => {
      const texts = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
      texts.currentNode = fresh.nodes[0];
      for (let text = texts.currentNode; text; text = /** @type {Text} */ (texts.nextNode())) {
        const { length } = text instanceof Text ? text : [];
        if (length && left <= length) return [text, left];
        left -= length;
      }
      return at;
    };
  }
  return () => at;
}
