// One engine plays one text: `node play.mjs ENGINE`, from the folder of the engines, a job as JSON on standard input, what was
// measured as JSON on standard output. CPU is that of the whole process, its garbage collector included.
// With the engine `katex` the job is a list of formulas, and the answer whether KaTeX takes each.

import katex from "katex";

const engine = process.argv[2];

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
const decoded = (html) => html.replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all);
const DRAWN = /<annotation encoding="application\/x-tex">([^<]*)|class="katex-error"[^>]*>([^<]*)/g;
const drawn = (html) => Array.from(html.matchAll(DRAWN), ([, a, b]) => decoded(a ?? b).trim());

const within = (nodes, kinds, text) => {
  const found = [];
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof node !== "object") return;
    if (kinds.includes(node.type)) {
      if (!node.loading) found.push(String(node[text] ?? "").trim()); // else not to be drawn yet
    } else Object.values(node).forEach(visit);
  };
  visit(nodes);
  return found;
};
const plain = (nodes) => JSON.stringify(nodes, (key, value) => (/^(position|loading|key|id)$/.test(key) ? undefined : value));
const trimmed = (html) => html.replace(/>\s+</g, "><");

// An engine has: once(text) and, for the text so far with its newest chunk, feed(text, chunk) -> a view;
// jump(text) takes in what came before, where the chunks before were not played; close(text) -> a view.
// A view has formulas() and result(), and sent: characters of HTML that were made, if it makes any.
const ENGINES = {
  async marked() {
    const { default: remend } = await import("remend");
    const { Marked } = await import("marked");
    const { default: extension } = await import("marked-katex-extension");
    const marked = new Marked(extension({ throwOnError: false, nonStandard: true }));
    const view = (html) => ({ sent: html.length, formulas: () => drawn(html), result: () => html });
    const once = (text) => view(marked.parse(text));
    const feed = (text) => view(marked.parse(remend(text, { inlineKatex: true })));
    return { once, feed, jump() {}, close: once };
  },

  async streamdown() {
    const { createElement } = await import("react");
    const { renderToStaticMarkup } = await import("react-dom/server");
    const { Streamdown, parseMarkdownIntoBlocks } = await import("streamdown");
    const { default: remend } = await import("remend");
    const { createMathPlugin } = await import("@streamdown/math");
    const plugins = { math: createMathPlugin({ singleDollarTextMath: true }) };
    const inner = (html) => html.replace(/^<div[^>]*>([^]*)<\/div>$/, "$1");
    const rendered = (text) =>
      inner(renderToStaticMarkup(createElement(Streamdown, { mode: "static", plugins }, text)));
    let blocks = [];
    let html = [];
    const cut = (text) => parseMarkdownIntoBlocks(remend(text, { inlineKatex: true }));
    const show = (next) => {
      let sent = 0;
      html = next.map((block, index) => {
        if (block === blocks[index]) return html[index]; // as React's memo keeps it
        const made = rendered(block);
        sent += made.length;
        return made;
      });
      blocks = next;
      return { sent, formulas: () => drawn(html.join("")), result: () => trimmed(html.join("")) };
    };
    const once = (text) => {
      const made = rendered(text);
      return { sent: made.length, formulas: () => drawn(made), result: () => trimmed(made) };
    };
    const jump = (text) => {
      blocks = cut(text);
      html = blocks.map(() => "");
    };
    const close = (text) => {
      jump("");
      return show(parseMarkdownIntoBlocks(text));
    };
    return { once, jump, feed: (text) => show(cut(text)), close };
  },

  async incremark() {
    const { createIncremarkParser } = await import("@incremark/core");
    const fresh = () => createIncremarkParser({ gfm: true, math: { tex: true } });
    const view = (ast) => ({
      formulas: () => within(ast, ["math", "inlineMath"], "value"),
      result: () => plain(ast),
    });
    let parser = fresh();
    return {
      once: (text) => view(fresh().render(text).ast),
      jump(text) {
        parser = fresh();
        parser.append(text);
      },
      feed: (_, chunk) => view(parser.append(chunk).ast),
      close() {
        parser.finalize();
        return view(parser.getAst());
      },
    };
  },

  async markstream() {
    const { getMarkdown, parseMarkdownToStructure } = await import("stream-markdown-parser");
    let markdown = getMarkdown();
    const view = (nodes) => ({
      formulas: () => within(nodes, ["math_inline", "math_block"], "content"),
      result: () => plain(nodes),
    });
    const made = (text, parser, final) => view(parseMarkdownToStructure(text, parser, { final }));
    return {
      once: (text) => made(text, getMarkdown(), true),
      jump(text) {
        markdown = getMarkdown();
        parseMarkdownToStructure(text, markdown, { final: false });
      },
      feed: (text) => made(text, markdown, false),
      close: (text) => made(text, markdown, true),
    };
  },
};

const cpu = (work) => {
  const before = process.cpuUsage();
  const value = work();
  const used = process.cpuUsage(before);
  return [(used.user + used.system) / 1e6, value];
};

/** Chunks by the offsets they end at; only those in `windows`, from-to pairs, where there are any. */
function play(player, { text, ends, windows, watched }) {
  const times = [];
  const states = [];
  let sent = 0;
  let place = 0;
  for (const [from, to] of windows ?? [[0, ends.length]]) {
    if (from) {
      place = ends[from - 1];
      player.jump(text.slice(0, place));
    }
    const group = [];
    states.push(group);
    for (let at = from; at < to; at += 1) {
      const chunk = text.slice(place, ends[at]);
      place = ends[at];
      const soFar = text.slice(0, place);
      const [time, view] = cpu(() => player.feed(soFar, chunk));
      if (windows && at === from) continue; // warms up what the jump left cold
      times.push(time);
      sent += view.sent ?? 0;
      if (watched) group.push(view.formulas());
    }
  }
  return { times, states, sent };
}

let given = "";
for await (const piece of process.stdin) given += piece;
const job = JSON.parse(given);

if (engine === "katex") {
  const takes = (tex) => {
    try {
      katex.renderToString(tex, { displayMode: true, strict: false });
      return true;
    } catch {
      return false;
    }
  };
  process.stdout.write(JSON.stringify(job.map(takes)));
} else {
  const make = ENGINES[engine];
  play(await make(), job.warm);
  const player = await make();
  const once = [];
  for (let count = 0; count < job.renderings; count += 1) once.push(cpu(() => player.once(job.text)));
  const whole = once[0][1];
  const streamed = await make();
  const played = play(streamed, job);
  if (job.windows) {
    const [before, behind] = job.ends.slice(-2);
    streamed.jump(job.text.slice(0, before));
    streamed.feed(job.text, job.text.slice(before, behind));
  }
  const [closing, end] = cpu(() => streamed.close(job.text));
  process.stdout.write(
    JSON.stringify({
      once: Math.min(...once.map(([time]) => time)),
      closing,
      times: played.times,
      states: played.states,
      sent: end.sent === undefined ? null : played.sent,
      size: whole.sent ?? null,
      formulas: end.formulas(),
      same: end.result() === whole.result(),
    }),
  );
}
