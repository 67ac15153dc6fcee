// @ts-check
/** What goes to the clipboard: formulas as `\(..\)` and `\[..\]`, the prose as it is. */

import { FORMULA, enclosing, isDisplay, source } from "./states.js";

/**
 * @param {Document | Element} root
 * @returns {() => void} stops it
 */
export function watchCopy(root) {
  const listener = (/** @type {Event} */ event) => copy(/** @type {ClipboardEvent} */ (event));
  root.addEventListener("copy", listener);
  return () => root.removeEventListener("copy", listener);
}

/** @param {ClipboardEvent} event */
function copy(event) {
  const selection = getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || !event.clipboardData) return;
  const range = whole(selection.getRangeAt(0).cloneRange());
  const content = range.cloneContents();
  const formulas = content.querySelectorAll(FORMULA);
  if (!formulas.length) return;
  formulas.forEach((wrapper) => wrapper.replaceWith(asText(wrapper)));
  const { html, text } = rendered(content);
  event.clipboardData.setData("text/html", html);
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
}

/** A formula that is selected in part counts as selected. @param {Range} range */
function whole(range) {
  const first = enclosing(range.startContainer);
  const last = enclosing(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  return range;
}

/** @param {Element} wrapper a clone */
function asText(wrapper) {
  const text = document.createElement(isDisplay(wrapper) ? "div" : "span");
  text.textContent = source(wrapper);
  return text;
}

/**
 * The text of a fragment depends on its layout, so it must be in the page for a moment.
 * @param {DocumentFragment} content
 */
function rendered(content) {
  const stage = document.createElement("div");
  stage.className = "notranslate";
  Object.assign(stage.style, { position: "fixed", insetInlineStart: "-100vw" }); // no class to borrow
  stage.setAttribute("translate", "no");
  stage.append(content);
  document.body.append(stage);
  const copied = { html: stage.innerHTML, text: stage.innerText };
  stage.remove();
  return copied;
}
