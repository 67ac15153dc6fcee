// node typeset.mjs katex|mathjax|mathjax3 NODE_MODULES
// Reads a JSON list of [tex, display] and writes one of the same length: what the engine makes of
// each, or null where it reports an error or does not know a command.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [engine, folder] = process.argv.slice(2);
const load = createRequire(`${folder}/`);

const throwing = {
  packages: { "[-]": ["noundefined", "noerrors"] },
  formatError: (_reader, error) => {
    throw error;
  },
};

const ENGINES = {
  katex() {
    const katex = load("katex");
    const settings = { throwOnError: true, strict: false };
    return (tex, displayMode) => katex.renderToString(tex, { ...settings, displayMode });
  },
  async mathjax() {
    await load("mathjax").init({ loader: { load: ["input/tex"] }, tex: throwing });
    return (tex, display) => globalThis.MathJax.tex2mmlPromise(tex, { display });
  },
  async mathjax3() {
    const config = { loader: { load: ["input/tex"] }, tex: throwing };
    const MathJax = await load("mathjax3").init(config);
    return (tex, display) => MathJax.tex2mmlPromise(tex, { display });
  },
};

const typeset = await ENGINES[engine]();
const drawn = [];
for (const [tex, display] of JSON.parse(readFileSync(0, "utf-8"))) {
  try {
    drawn.push(await typeset(tex, display));
  } catch {
    drawn.push(null);
  }
}
process.stdout.write(JSON.stringify(drawn));
