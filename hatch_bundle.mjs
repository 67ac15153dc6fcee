// @ts-check
/**
 * Builds the slim bundle of MathJax: `node hatch_bundle.mjs OUT`, in a folder whose `node_modules`
 * holds MathJax's sources and esbuild.
 *
 * The core (renderer/mathjax/slim/core.js) has what most formulas need. All else goes into chunks
 * that it loads on demand; they share the modules of the core instead of having their own. Tables
 * are packed, and code that no page of ours can reach is left out.
 */

import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fontTables, operatorTable } from "./hatch_tables.mjs";
import { PACKAGES } from "./renderer/mathjax/packages.js";

/** @typedef {import("esbuild").Plugin} Plugin */

const SLIM = fileURLToPath(new URL("renderer/mathjax/slim/", import.meta.url));
const MODULES = join(process.cwd(), "node_modules");
const MATHJAX = join(MODULES, "@mathjax/src/mjs");

/** @type {typeof import("esbuild")} */
const esbuild = createRequire(join(MODULES, "x"))("esbuild");

/** Kinds of nodes that few formulas have: the chunk, and the modules in both of MathJax's lists. */
const LATER = {
  tables: /^\.\/Wrappers\/(?:mtable|mtr|mtd)\.js$/,
  rare: /^\.\/(?:Wrappers\/(?:menclose|mmultiscripts)|\w+\/(?:mfenced|maction|ms|mglyph|semantics|HtmlNode))\.js$/,
};
const LISTS = { MML: "core/MmlTree/MML.js", ChtmlWrappers: "output/chtml/Wrappers.js" };

const read = (/** @type {string} */ path) => readFile(path, "utf8");
const json = (/** @type {unknown} */ value) => JSON.stringify(value);

/** A module of MathJax's, run. @param {string} path @returns {Promise<any>} */
const run = (path) => import(pathToFileURL(join(MATHJAX, path)).href);

/** By what name core and chunks share a module. @param {string} path */
const idOf = (path) => relative(MODULES, path).replace(/^@mathjax\/(?:src\/mjs\/)?|\.js$/g, "");

// --- what stands in for modules of MathJax ----------------------------------------------------

/** For modules of the core, by their path: another text, made from MathJax's own.
 * @type {Record<string, (source: string) => string | Promise<string>>} */
const REPLACED = {
  "input/tex/FindTeX.js": () => "export class FindTeX { static OPTIONS = {} }",
  "output/chtml/DefaultFont.js": () =>
    `export { Font as DefaultFont } from ${json(join(SLIM, "font.js"))};
     export const fontName = "mathjax-newcm";`,
  "util/Entities.js": entities,
  "core/MmlTree/OperatorDictionary.js": operators,
  "output/common/LinebreakVisitor.js": () =>
    `import { pending } from ${json(join(SLIM, "chunks.js"))};
     export class LinebreakVisitor { breakToWidth() { new (pending("rare"))() } }`,
  "input/tex/newcommand/NewcommandConfiguration.js": (source) =>
    source.split("export const NewcommandConfiguration")[0].replace("import './NewcommandMappings.js'", ""),
  [LISTS.MML]: () => nodeList("MML"),
  [LISTS.ChtmlWrappers]: () => nodeList("ChtmlWrappers"),
};

/** Of those, the ones that a chunk has whole. */
const STANDING_IN = [
  "output/common/LinebreakVisitor.js",
  "input/tex/newcommand/NewcommandConfiguration.js",
];

/** The few characters that TeX knows by these names. */
async function entities() {
  const { entities: all } = await run("util/Entities.js");
  const folder = join(MATHJAX, "input/tex");
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.js$/.test(name));
  const sources = await Promise.all(names.map((name) => read(join(folder, name))));
  const used = new Set(sources.flatMap((source) => source.match(/(?<=\bentities\.)\w+/g) ?? []));
  const kept = Object.fromEntries(Array.from(used, (name) => [name, all[name]]));
  return `export const entities = ${json(kept)};
    export const numeric = (name) => String.fromCodePoint(parseInt(name.replace("x", "0x")));`;
}

/** MathJax's code with its table packed. @param {string} source */
async function operators(source) {
  await run("output/common/LinebreakVisitor.js"); // completes the table
  const { OPTABLE } = await run("core/MmlTree/OperatorDictionary.js");
  const start = source.indexOf("export const OPTABLE");
  return `import { unpackedOperators } from ${json(join(SLIM, "unpack.js"))};
    ${source.slice(0, start)}
    export const OPTABLE = unpackedOperators(${json(operatorTable(OPTABLE))});`;
}

/** The nodes in one of MathJax's lists. @param {keyof typeof LISTS} list */
async function nodesOf(list) {
  const path = join(MATHJAX, LISTS[list]);
  const source = await read(path);
  /** @type {Map<string, string>} */ const origins = new Map();
  for (const [, names, from] of source.matchAll(/^import \{([^}]*)\} from '([^']+)'/gm)) {
    for (const name of names.match(/\w+/g) ?? []) origins.set(name, from);
  }
  const names = Array.from(source.matchAll(/\]: (\w+),/g), ([, name]) => name);
  const kinds = Object.keys((await run(LISTS[list]))[list]);
  return names.map((name, index) => {
    const from = origins.get(name) ?? "";
    const later = Object.entries(LATER).find(([, modules]) => modules.test(from));
    const statement = `import { ${name} } from ${json(join(path, "..", from))};`;
    return { kind: kinds[index], name, statement, chunk: later?.[0] };
  });
}

/** The list for the core. @param {keyof typeof LISTS} list */
async function nodeList(list) {
  const nodes = await nodesOf(list);
  const rows = nodes.map(
    ({ kind, name, chunk }) => `${json(kind)}: ${chunk ? `pending(${json(chunk)})` : name}`,
  );
  return `import { pending } from ${json(join(SLIM, "chunks.js"))};
    ${nodes.map(({ chunk, statement }) => (chunk ? "" : statement)).join("\n")}
    export const ${list} = { ${rows} };`;
}

// --- the chunks ------------------------------------------------------------------------------

/** Nodes of kinds that the core lacks. @param {string} chunk */
async function nodeChunk(chunk) {
  const wanted = [];
  for (const [list, factory] of [
    ["MML", "document.mmlFactory"],
    ["ChtmlWrappers", "output.factory"],
  ]) {
    for (const node of await nodesOf(/** @type {keyof typeof LISTS} */ (list))) {
      if (node.chunk === chunk) wanted.push({ ...node, factory });
    }
  }
  return [
    ...wanted.map(({ statement }) => statement),
    ...wanted.map(
      ({ kind, name, factory }) => `mathwardSlim.startup.${factory}.setNodeClass(${json(kind)}, ${name});`,
    ),
  ].join("\n");
}

const LINEBREAKS = `
import { LinebreakVisitor } from "@mathjax/src/js/output/common/LinebreakVisitor.js";
mathwardSlim.startup.output.linebreaks = new LinebreakVisitor(mathwardSlim.startup.output.factory);
`;

const LETTERS = `
import * as letters from "mathward:letters";
mathwardSlim.startup.output.font.learn(letters);
`;

const MATHML = `
import { SerializedMmlVisitor } from "@mathjax/src/js/core/MmlTree/SerializedMmlVisitor.js";
const serializer = new SerializedMmlVisitor(mathwardSlim.startup.document.mmlFactory);
mathwardSlim.startup.toMML = (root) => serializer.visitTree(root);
`;

/** What mhchem draws its arrows with. */
const ARROWS = `
import { MathJaxMhchemFontExtension } from "@mathjax/mathjax-mhchem-font-extension/js/chtml.js";
const { fonts, ...letters } = MathJaxMhchemFontExtension;
const { font } = mathwardSlim.startup.output;
font.addExtension(letters);
font.addDynamicFontCss(fonts, font.options.fontURL.replace("newcm-font", "mhchem-font-extension"));
`;

/** @param {string} name of a TeX package */
async function packageChunk(name) {
  const folder = join(MATHJAX, "input/tex", name);
  const found = (await readdir(folder)).filter((file) => file.endsWith("Configuration.js"));
  const imports = found.map((file) => `import ${json(join(folder, file))};`);
  return imports.join("\n") + (name === "mhchem" ? ARROWS : "");
}

/** Every chunk's source by its name. */
async function chunkSources() {
  const packages = PACKAGES.map(async (name) => [`tex-${name}`, await packageChunk(name)]);
  return Object.fromEntries([
    ["letters", LETTERS],
    ["mathml", MATHML],
    ["tables", await nodeChunk("tables")],
    ["rare", LINEBREAKS + (await nodeChunk("rare"))],
    ...(await Promise.all(packages)),
  ]);
}

// --- building --------------------------------------------------------------------------------

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
      const replace = REPLACED[relative(MATHJAX, path).replaceAll("\\", "/")];
      return replace && { contents: await replace(await read(path)) };
    });
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
      const source = rest.importer === "<stdin>" ? String(stdin) : await read(rest.importer);
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

/** @param {import("esbuild").BuildOptions} options @returns {Promise<string[]>} what is in it */
async function bundle(options) {
  const { metafile } = await esbuild.build({
    bundle: true,
    format: "iife",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify: true,
    nodePaths: [MODULES],
    target: "es2022",
    ...options,
  });
  const [output] = Object.values(metafile.outputs);
  if (process.env.META) console.log(options.outfile, Object.entries(output.inputs).map(([k,v])=>[v.bytesInOutput,k]).sort((a,b)=>b[0]-a[0]).slice(0,+process.env.META).map(x=>x.join(" ")).join("\n"));
  return Object.keys(output.inputs);
}

/** @param {string} out */
async function main(out) {
  const { MathJaxNewcmFont } = await import(
    pathToFileURL(join(MODULES, "@mathjax/mathjax-newcm-font/mjs/chtml.js")).href
  );
  const { common, others } = fontTables(MathJaxNewcmFont);
  const exported = (/** @type {object} */ parts) =>
    Object.entries(parts).map(([name, value]) => `export const ${name} = ${json(value)};`).join("\n");
  const variantLetters = MathJaxNewcmFont.defaultVariantLetters;
  const core = (/** @type {Map<string, Set<string>>} */ shared) =>
    bundle({
      entryPoints: [join(SLIM, "core.js")],
      outfile: join(out, "core.js"),
      plugins: [
        replacing,
        making({
          font: () => exported({ ...common, variantLetters }),
          shared: () => sharedModules(shared),
        }),
      ],
    });
  const inCore = new Set((await core(new Map())).map((path) => join(process.cwd(), path)));
  for (const path of STANDING_IN) inCore.delete(join(MATHJAX, path));
  /** @type {Map<string, Set<string>>} */ const taken = new Map();
  for (const [name, contents] of Object.entries(await chunkSources())) {
    await bundle({
      stdin: { contents, resolveDir: MODULES },
      outfile: join(out, `${name}.js`),
      plugins: [making({ letters: () => exported(others) }), sharing(inCore, taken)],
    });
  }
  await core(taken);
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

await main(process.argv[2]);
