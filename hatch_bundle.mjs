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
import { pathToFileURL } from "node:url";
import { methodsOf, SELDOM, withStandIns } from "./hatch_methods.mjs";
import {
  CHUNKS, chunkSources, json, MATHJAX, MODULES, read, REPLACED, SLIM, STANDING_IN,
} from "./hatch_modules.mjs";
import { keptNames, SHORTENED } from "./hatch_names.mjs";
import { fontTables } from "./hatch_tables.mjs";

/** @typedef {import("esbuild").Plugin} Plugin */

const require = createRequire(join(MODULES, "x"));
/** @type {typeof import("esbuild")} */ const esbuild = require("esbuild");
/** @type {typeof import("terser")} */ const terser = require("terser");

/** By what name core and chunks share a module. @param {string} path */
const idOf = (path) => relative(MODULES, path).replace(/^@mathjax\/(?:src\/mjs\/)?|\.js$/g, "");

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

/** @type {Plugin} */
const replacing = {
  name: "replacing",
  setup(build) {
    build.onLoad({ filter: /@mathjax.src.mjs.*\.js$/ }, async ({ path }) => {
      const replace = REPLACED[within(path)];
      if (replace) return { contents: await replace(await read(path)) };
      if (!SELDOM.has(within(path))) return undefined;
      return { contents: withStandIns(await read(path), within(path), CHUNKS) };
    });
  },
};

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
 * Modules of the core are taken from there.
 * @param {Set<string>} core
 * @param {Map<string, Set<string>>} taken grows: what chunks import of which module
 * @returns {Plugin}
 */
const sharing = (core, taken) => ({
  name: "sharing",
  setup(build) {
    const stdin = build.initialOptions.stdin?.contents;
    build.onResolve({ filter: /^/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === core) return undefined; // asked by the next line
      const found = await build.resolve(path, { ...rest, pluginData: core });
      if (!core.has(found.path)) return found;
      const source = rest.importer === "<stdin>" ? String(stdin) : await textOf(rest);
      const names = importedNames(source, path);
      const all = taken.get(found.path) ?? new Set();
      taken.set(found.path, new Set([...all, ...names]));
      return { path: `${found.path}?${names}`, namespace: "core" };
    });
    build.onLoad({ filter: /^/, namespace: "core" }, ({ path }) => {
      const [file, names] = path.split("?");
      const lines = names.split(",").filter(Boolean).map((name) => `export const ${name} = core.${name};`);
      return {
        contents: `const core = mathwardSlim.modules[${json(idOf(file))}];
          ${lines.join("").replace("const default =", "default")}`,
      };
    });
  },
});

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
  const reserved = await keptNames(Object.values(scripts), MODULES);
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
  const { MathJaxNewcmFont } = await import(
    pathToFileURL(join(MODULES, "@mathjax/mathjax-newcm-font/mjs/chtml.js")).href
  );
  const { common, bold, others } = fontTables(MathJaxNewcmFont);
  const exported = (/** @type {object} */ parts) =>
    Object.entries(parts).map(([name, value]) => `export const ${name} = ${json(value)};`).join("\n");
  const variantLetters = MathJaxNewcmFont.defaultVariantLetters;
  const core = (/** @type {Map<string, Set<string>>} */ shared) =>
    bundle({
      entryPoints: [join(SLIM, "core.js")],
      plugins: [
        replacing,
        making({
          font: () => exported({ ...common, variantLetters }),
          shared: () => sharedModules(shared),
        }),
      ],
    });
  const { modules } = await core(new Map());
  const inCore = new Set(modules.map((path) => join(process.cwd(), path)));
  for (const path of STANDING_IN) inCore.delete(join(MATHJAX, path));
  /** @type {Map<string, Set<string>>} */ const taken = new Map();
  const made = { bold: () => exported(bold), letters: () => exported(others) };
  /** @type {Record<string, string>} */ const chunks = {};
  for (const [name, contents] of Object.entries(await chunkSources())) {
    const { script } = await bundle({
      stdin: { contents, resolveDir: MODULES },
      plugins: [making(made), lacking, sharing(inCore, taken)],
    });
    chunks[name] = script;
  }
  await writeAll(out, { core: (await core(taken)).script, ...chunks });
}

/** @param {Map<string, Set<string>>} taken */
function sharedModules(taken) {
  const modules = [...taken].filter(([, names]) => names.size).sort();
  const imports = modules.map(([path, names], index) => {
    const list = Array.from(names, (name) => `${name} as ${name}${index}`);
    return `import { ${list} } from ${json(path)};`;
  });
  const rows = modules.map(([path, names], index) => {
    const list = Array.from(names, (name) => `${name}: ${name}${index}`);
    return `${json(idOf(path))}: { ${list} }`;
  });
  return `${imports.join("\n")}
    export const modules = { ${rows} };`;
}

const [, , out, client] = process.argv;
await main(out);
await minify(client);
