// Asks the real MathJax two things, one JSON line in, one JSON line out, in order:
//   {"text": "..."}                   -> {"found": [{"tex", "open", "start", "end"}, ...]}  what FindTeX sees in raw text
//   {"tex": "...", "display": true}   -> {"error": "..."} or {"error": null}               whether TeX typesets
// Usage: node findtex.mjs FOLDER   where FOLDER is a node_modules with mathjax, or mathjax itself.

import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';

/** The entry module of the MathJax that lies in or under `folder`. */
function entryOf(folder) {
  const tried = ['', 'mathjax', 'node_modules/mathjax'].map((sub) =>
    join(resolve(folder), sub, 'node-main.mjs'));
  const found = tried.find(existsSync);
  if (!found) {
    process.stderr.write(`findtex: no MathJax for Node in ${folder}; npm ci --ignore-scripts at the root, or name a node_modules\n`);
    process.exit(3);
  }
  return pathToFileURL(found).href;
}

// An undefined command must be an error here and not red text; errors must be thrown to be told.
// mathtools is the one extension that the pages load and MathJax's autoload does not know.
async function load(folder) {
  const {default: MathJax} = await import(entryOf(folder));
  return MathJax.init({
    loader: {load: ['input/tex', '[tex]/mathtools']},
    startup: {typeset: false},
    tex: {
      packages: {'[+]': ['mathtools'], '[-]': ['noundefined']},
      tags: 'none',
      formatError: (_jax, error) => {
        throw error;
      },
    },
  });
}

function find(mathjax, text) {
  const [input] = mathjax.startup.document.inputJax;
  return input.findMath([text]).map(({math, open, start, end}) =>
    ({tex: math, open, start: start.n, end: end.n}));
}

async function typeset(mathjax, tex, display) {
  mathjax.texReset(); // each formula stands alone: no labels or macros of the one before
  try {
    const mml = await mathjax.tex2mmlPromise(tex, {display});
    return mml.includes('<merror') ? 'merror' : null;
  } catch (error) {
    return error.message;
  }
}

const mathjax = await load(process.argv[2] ?? 'node_modules');
for await (const line of createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  const answer = 'text' in asked
    ? {found: find(mathjax, asked.text)}
    : {error: await typeset(mathjax, asked.tex, asked.display)};
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
