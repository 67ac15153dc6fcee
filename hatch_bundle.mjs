// @ts-check
/**
 * Builds the slim bundle of MathJax: `node hatch_bundle.mjs OUT CLIENT`, in a folder whose
 * `node_modules` holds MathJax's sources, esbuild and terser. CLIENT is minified in its place.
 *
 * The core (renderer/mathjax/slim/core.js) has what most formulas need. All else goes into chunks
 * that it loads on demand; they share the modules of the core instead of having their own. Tables
 * are packed, code that no page of ours can reach is left out, and names are shortened.
 */

import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { methodsOf, SELDOM, withStandIns } from "./hatch_methods.mjs";
import {
  CHUNKS, chunkSources, FONT, json, MATHJAX, MODULES, read, REPLACED, SLIM, STANDING_IN,
  VARIANT_LETTERS,
} from "./hatch_modules.mjs";
import { keptNames, SHORTENED } from "./hatch_names.mjs";

/** @typedef {import("esbuild").Plugin} Plugin */

const require = createRequire(join(MODULES, "x"));
/** @type {typeof import("esbuild")} */ const esbuild = require("esbuild");
/** @type {typeof import("terser")} */ const terser = require("terser");

/** A module's path within MathJax's sources. @param {string} path */
const within = (path) => relative(MATHJAX, path).replaceAll("\\", "/");

/**
 * Modules that are none of any package's.
 * @param {Record<string, () => string | Promise<string>>} made by name, without "mathward:"
 * @returns {Plugin}
 */
const making = (made) => ({
  name: "making",
  setup(build) {
    build.onResolve({ filter: /^mathward:/ }, ({ path }) => ({ path, namespace: "made" }));
    build.onLoad({ filter: /^/, namespace: "made" }, async ({ path }) => ({
      contents: await made[path.replace("mathward:", "")](),
      resolveDir: MODULES,
    }));
  },
});

/**
 * MathJax's modules as the core has them, or as they are.
 * @param {boolean} isCore @returns {Plugin}
 */
const reading = (isCore) => ({
  name: "reading",
  setup(build) {
    build.onLoad({ filter: /@mathjax.src.mjs.*\.js$/, namespace: "file" }, async ({ path }) => {
      const source = await read(path);
      const replace = isCore && REPLACED[within(path)];
      if (replace) return { contents: await replace(source) };
      const isCut = isCore && SELDOM.has(within(path));
      return { contents: isCut ? withStandIns(source, within(path), CHUNKS) : source };
    });
  },
});

/** The methods that the core lacks. @type {Plugin} */
const lacking = {
  name: "lacking",
  setup(build) {
    build.onResolve({ filter: /^methods:/ }, ({ path }) => ({
      path: join(MATHJAX, path.replace("methods:", "")),
      namespace: "methods",
    }));
    build.onLoad({ filter: /^/, namespace: "methods" }, async ({ path }) => ({
      contents: methodsOf(await read(path), within(path)),
      resolveDir: dirname(path),
    }));
  },
};

/**
 * What is in the core is taken from there.
 * @param {Set<string>} core its modules
 * @param {string[]} shared grows: what chunks take, each `module?name`; its place is what core and
 *   chunks know it by
 * @returns {Plugin}
 */
const sharing = (core, shared) => ({
  name: "sharing",
  setup(build) {
    const stdin = build.initialOptions.stdin?.contents;
    build.onResolve({ filter: /^/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === core) return undefined; // asked by the next line
      const found = await build.resolve(path, { ...rest, pluginData: core });
      if (!core.has(found.path)) return found;
      const source = rest.importer === "<stdin>" ? String(stdin) : await textOf(rest);
      return { path: `${found.path}?${importedNames(source, path)}`, namespace: "core" };
    });
    build.onLoad({ filter: /^/, namespace: "core" }, ({ path }) => {
      const [module, names] = path.split("?");
      const lines = names.split(",").filter(Boolean).map((name) => {
        const place = placeIn(shared, `${module}?${name}`);
        return `export ${name === "default" ? name : `const ${name} =`} core[${place}];`;
      });
      return { contents: `const core = mathwardSlim.modules; ${lines.join("")}` };
    });
  },
});

/** @param {string[]} list grows @param {string} what */
const placeIn = (list, what) => (list.includes(what) ? list.indexOf(what) : list.push(what) - 1);

/** A module as a chunk has it. @param {{importer: string, namespace: string}} module */
async function textOf({ importer, namespace }) {
  const source = await read(importer);
  return namespace === "methods" ? methodsOf(source, within(importer)) : source;
}

/** What a module of MathJax's takes from another. @param {string} source @param {string} from */
function importedNames(source, from) {
  const names = new Set();
  for (const [, what, path] of source.matchAll(/^(?:im|ex)port ([^;]*?) from ['"](.*)['"]/gm)) {
    if (path !== from) continue;
    const [, whole, space, listed = ""] = /^(\w+)?,? *(?:\* as (\w+))?(?:\{([^}]*)\})?$/.exec(what) ?? [];
    if (whole) names.add("default");
    for (const part of listed.split(",")) names.add(part.trim().split(" ")[0]);
    const uses = space ? source.matchAll(RegExp(`\\b${space}\\.(\\w+)`, "g")) : [];
    for (const [, name] of uses) names.add(name);
  }
  names.delete("");
  return [...names].sort();
}

/**
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<{modules: string[], script: string}>} what is in it, and the whole
 */
async function bundle(options) {
  const { metafile, outputFiles } = await esbuild.build({
    bundle: true,
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify: true,
    nodePaths: [MODULES],
    target: "es2022",
    write: false,
    ...options,
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  return { modules: Object.keys(inputs), script: outputFiles?.[0].text ?? "" };
}

/**
 * A classic script, somewhat smaller than esbuild makes it.
 * @param {string} script @param {import("terser").MinifyOptions} [options]
 */
async function minified(script, options) {
  const { code } = await terser.minify(script, {
    compress: { ecma: 2020, keep_fargs: false, passes: 3, unsafe_arrows: true },
    ecma: 2020,
    ...options,
  });
  return /** @type {string} */ (code);
}

/** Write scripts that call the same things by the same short names.
 * @param {string} out @param {Record<string, string>} scripts */
async function writeAll(out, scripts) {
  const reserved = [...(await keptNames(Object.values(scripts), MODULES))];
  const properties = { keep_quoted: true, regex: SHORTENED, reserved };
  const nameCache = {};
  await mkdir(out, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const code = await minified(script, { mangle: { properties }, nameCache });
    await writeFile(join(out, `${name}.js`), code);
  }
}

/** Its first line says what it was made from. @param {string} path */
async function minify(path) {
  const text = await read(path);
  const digest = createHash("sha256").update(text).digest("hex");
  await writeFile(path, `// ${digest}\n${await minified(text)}\n`);
}

/** @param {string} out */
async function main(out) {
  const exported = (/** @type {object} */ parts) =>
    Object.entries(parts).map(([name, value]) => `export const ${name} = ${json(value)};`).join("\n");
  const core = (/** @type {string[]} */ shared) =>
    bundle({
      entryPoints: [join(SLIM, "core.js")],
      plugins: [
        reading(true),
        making({
          font: () => exported({ ...FONT.common, variantLetters: VARIANT_LETTERS }),
          shared: () => sharedParts(shared),
        }),
      ],
    });
  const { modules } = await core([]);
  const inCore = new Set(modules.map((path) => join(process.cwd(), path)));
  for (const path of STANDING_IN) inCore.delete(join(MATHJAX, path));
  const made = making({ bold: () => exported(FONT.bold), letters: () => exported(FONT.others) });
  const sources = Object.entries(await chunkSources());
  const chunks = async (/** @type {string[]} */ shared) => {
    /** @type {Record<string, string>} */ const scripts = {};
    for (const [name, contents] of sources) {
      const plugins = [made, lacking, sharing(inCore, shared), reading(false)];
      scripts[name] = (await bundle({ stdin: { contents, resolveDir: MODULES }, plugins })).script;
    }
    return scripts;
  };
  /** @type {string[]} */ const shared = [];
  await chunks(shared);
  shared.sort(); // or each build would number them otherwise
  await writeAll(out, { core: (await core(shared)).script, ...(await chunks(shared)) });
}

/** @param {string[]} shared each `module?name` */
function sharedParts(shared) {
  const parts = shared.map((part) => part.split("?"));
  const imports = parts.map(
    ([module, name], index) => `import { ${name} as part${index} } from ${json(module)};`,
  );
  return `${imports.join("\n")}
    export const modules = [${parts.map((_, index) => `part${index}`)}];`;
}

const [, , out, client] = process.argv;
await main(out);
await minify(client);
