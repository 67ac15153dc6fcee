// @ts-check
/**
 * What Bergamot, the engine of Firefox's translator, does with markup, around a fake language
 * model (`translated`, in letters.js).
 *
 * Bergamot translates plain text and puts the tags back afterwards: it notes which tags were open
 * over each span of the text, cuts the text into tokens, and gives every token of the translation
 * the tags of the source token that it is aligned with. Elements without text, comments and
 * ignored elements are spans of width 0, put in when the target first passes them. Spaces are
 * added where an inline tag cuts a word, a paragraph break where a block does.
 * (browsermt/bergamot-translator, src/translator/html.cpp; written anew here, with words for tokens
 * and the whole text for one sentence.)
 */

const VOID = new Set(
  ("area base basefont bgsound br col embed frame hr img input keygen link meta param source " +
    "track wbr").split(" "),
);
const IGNORED = new Set("code kbd samp var dir acronym math".split(" "));
const INLINE = new Set(
  ("abbr a b em i kbd mark math output q ruby small span strong sub sup time u var wbr ins del " +
    "img").split(" "),
);
const MARKUP = /<!--([\s\S]*?)-->|<\/([^\s>]+)>|<([^\s>/]+)((?:"[^"]*"|[^>"])*)>|([^<]+)/g;
const WIDE = "\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef"; // Chinese, Japanese
const TOKEN = new RegExp(`\\s*(?:[${WIDE}]|[^\\s${WIDE}]+)|\\s+$`, "g");
const CUTS = "\n ,.(){}[]"; // characters that no word goes on across

/** @typedef {{ name: string, attributes: string, data: string, kind: Kind }} Tag */
/** @typedef {"element" | "void" | "comment" | "break"} Kind */
/** @typedef {{ begin: number, end: number, tags: Tag[] }} Span */

/** Target token `t` of `n` comes from which source token? The last one, the end, is fixed.
 * @type {Record<string, (t: number, n: number) => number>} */
const ALIGNMENTS = {
  identity: (t) => t,
  reversed: (t, n) => n - 1 - t,
  rotated: (t, n) => (t + 1) % n, // every word is in its neighbour's place
  first: () => 0, // a model that aligns everything with one word
};

/** @param {string} html @param {string} alignment a name in ALIGNMENTS @returns {string} */
function translatedHTML(html, alignment) {
  const { text, spans } = read(html);
  const source = tokens(text);
  const from = source.map((token) => lastSpan(spans, token.end));
  return write(target(source, from, ALIGNMENTS[alignment]), spans);
}

/** The plain text, and which tags were open over what part of it.
 * @param {string} html @returns {{ text: string, spans: Span[] }} */
function read(html) {
  /** @type {Span[]} */ const spans = [{ begin: 0, end: 0, tags: [] }];
  /** @type {Tag[]} */ const open = [];
  let text = "";
  let gap = ""; // what the tags since the last text stand for
  const empty = (/** @type {Tag[]} */ tags) =>
    spans.push({ begin: text.length, end: text.length, tags });
  MARKUP.lastIndex = 0;
  for (let found; (found = MARKUP.exec(html)); ) {
    const [, comment, closed, opened, attributes, words] = found;
    if (words !== undefined) {
      const plain = decoded(words);
      if (gap === "\n\n" && text.length > 1 && !text.endsWith("\n\n")) {
        empty([...open, tag("", "break")]);
        text += gap;
      } else if (gap === " " && goesOn(text, plain)) text += gap;
      gap = "";
      spans.push({ begin: text.length, end: text.length + plain.length, tags: [...open] });
      text += plain;
    } else if (comment !== undefined) {
      empty([...open, tag("", "comment", "", comment)]);
    } else if (closed) {
      if (!spans.at(-1)?.tags.includes(open[open.length - 1])) empty([...open]);
      open.pop();
      gap = wider(gap, closed);
    } else if (VOID.has(opened)) {
      empty([...open, tag(opened, "void", attributes)]);
      gap = wider(gap, opened);
    } else if (IGNORED.has(opened)) {
      const end = closing(html, opened, MARKUP.lastIndex);
      empty([...open, tag(opened, "element", attributes, html.slice(MARKUP.lastIndex, end))]);
      MARKUP.lastIndex = end + opened.length + 3;
      gap = wider(gap, opened);
    } else {
      open.push(tag(opened, "element", attributes));
      gap = wider(gap, opened);
    }
  }
  empty([]);
  return { text, spans };
}

/** What parts the text before a tag from that after it: nothing, a space or a paragraph break.
 * @param {string} gap so far @param {string} name */
function wider(gap, name) {
  if (!INLINE.has(name)) return "\n\n";
  return name === "wbr" ? gap : gap || " ";
}

/** @param {string} name @param {Kind} kind @param {string} [attributes]
 * @param {string} [data] @returns {Tag} */
function tag(name, kind, attributes = "", data = "") {
  return { name, kind, attributes, data };
}

/** Where the closing tag of an element begins, counting those nested in it.
 * @param {string} html @param {string} name @param {number} from */
function closing(html, name, from) {
  const tags = new RegExp(`<(/?)${name}(?=[\\s>])`, "g");
  tags.lastIndex = from;
  for (let depth = 1, found; (found = tags.exec(html)); ) {
    depth += found[1] ? -1 : 1;
    if (!depth) return found.index;
  }
  throw new Error(`no </${name}>`);
}

/** @param {string} before @param {string} after */
function goesOn(before, after) {
  return before && after && !CUTS.includes(before.at(-1) ?? "") && !CUTS.includes(after[0]);
}

/** Words with the space before them, single characters of scripts without spaces, and the end.
 * @param {string} text @returns {{ text: string, end: number }[]} */
function tokens(text) {
  const found = text.match(TOKEN) ?? [];
  let end = 0;
  const list = found.map((part) => ({ text: part, end: (end += part.length) }));
  return [...list, { text: "", end: Infinity }];
}

/** The last span that begins before a token's end. @param {Span[]} spans @param {number} end */
function lastSpan(spans, end) {
  let last = 0;
  while (last + 1 < spans.length && spans[last + 1].begin < end) last += 1;
  return last;
}

/**
 * The translation's tokens, each with the number of the span whose tags it gets.
 * @param {{ text: string }[]} source @param {number[]} from
 * @param {(t: number, n: number) => number} alignment
 */
function target(source, from, alignment) {
  const words = source.length - 1;
  const list = Array.from({ length: words }, (_, t) => {
    const s = alignment(t, words);
    // A model writes all the words, wherever it believes them to come from.
    const word = alignment === ALIGNMENTS.first ? t : s;
    return { text: translated(spaced(source, word, t)), span: from[s] };
  });
  return [...list, { text: "", span: from[words] }];
}

/** A token's word with the space that belongs at its new place.
 * @param {{ text: string }[]} source @param {number} word @param {number} place */
function spaced(source, word, place) {
  const space = /^\s*/.exec(source[place].text)?.[0] ?? "";
  return space + source[word].text.replace(/^\s+/, "");
}

/** @param {{ text: string, span: number }[]} list @param {Span[]} spans @returns {string} */
function write(list, spans) {
  const used = new Set(list.map((token) => token.span));
  let html = "";
  let passed = 0;
  /** @type {Tag[]} */ let open = [];
  for (const token of list) {
    const out = new Token(token.text);
    for (; passed < token.span; passed += 1) {
      const { begin, end, tags } = spans[passed];
      if (begin !== end && used.has(passed)) continue;
      out.change(open, tags);
      open = tags;
    }
    out.change(open, spans[token.span].tags);
    open = spans[token.span].tags;
    html += out.html;
  }
  const end = new Token("");
  end.change(open, []);
  return html + end.html;
}

/** One token of the output, with the tags before it: closing ones before its white space, opening
 * ones after it. */
class Token {
  /** @param {string} text */
  constructor(text) {
    this.space = /^\s*/.exec(text)?.[0] ?? "";
    this.word = text.slice(this.space.length);
    this.before = "";
    this.after = "";
  }

  /** @param {Tag[]} from the tags open so far @param {Tag[]} to those to be open */
  change(from, to) {
    let same = 0;
    while (same < from.length && from[same] === to[same]) same += 1;
    for (const { kind, name } of from.slice(same).reverse()) {
      if (kind !== "element") continue;
      if (this.after) this.after += `</${name}>`;
      else this.before += `</${name}>`;
    }
    for (const { kind, name, attributes, data } of to.slice(same)) {
      if (kind === "break") this.space = this.space.replace("\n\n", "");
      else if (kind === "comment") this.after += `<!--${data}-->`;
      else this.after += `<${name}${attributes}>${data}`;
    }
  }

  get html() {
    return this.before + this.space + this.after + encoded(this.word);
  }
}

/** @param {string} text */
function decoded(text) {
  /** @type {Record<string, string>} */
  const characters = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
  return text.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name) => characters[name]);
}

/** @param {string} text */
function encoded(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
