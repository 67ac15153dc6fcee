// @ts-check
/**
 * What the scripts of the slim bundle are made of: MathJax's modules, those that are replaced in
 * the core by smaller ones, and what goes into which chunk. hatch_bundle.mjs builds them.
 */

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isTable, keyOf, SELDOM } from "./hatch_methods.mjs";
import { fontTables, isCommon, splitOperators } from "./hatch_tables.mjs";
import { PACKAGES } from "./renderer/mathjax/packages.js";

export const SLIM = fileURLToPath(new URL("renderer/mathjax/slim/", import.meta.url));
export const MODULES = join(process.cwd(), "node_modules");
export const MATHJAX = join(MODULES, "@mathjax/src/mjs");
export const CHUNKS = join(SLIM, "chunks.js");

/** Kinds of nodes that few formulas have: the chunk, and the modules in both of MathJax's lists. */
const LATER = {
  tables: /^\.\/Wrappers\/(?:mtable|mtr|mtd)\.js$/,
  frames: /^\.\/Wrappers\/menclose\.js$/,
  rare: /^\.\/(?:Wrappers\/mmultiscripts|\w+\/(?:mfenced|maction|ms|mglyph|semantics|HtmlNode))\.js$/,
};
const SYMBOLS = ["input/tex/base/BaseMappings.js", "input/tex/ams/AmsMappings.js"];
const LISTS = { MML: "core/MmlTree/MML.js", ChtmlWrappers: "output/chtml/Wrappers.js" };

export const json = (/** @type {unknown} */ value) => JSON.stringify(value);

/** A module of MathJax's, run. @param {string} path @returns {Promise<any>} */
const run = (path) => import(pathToFileURL(join(MATHJAX, path)).href);

const { MathJaxNewcmFont } = await import(
  pathToFileURL(join(MODULES, "@mathjax/mathjax-newcm-font/mjs/chtml.js")).href
);
export const FONT = fontTables(MathJaxNewcmFont);
export const { defaultVariantLetters: VARIANT_LETTERS } = MathJaxNewcmFont;

/** A module's text; one of MathJax's has the values of constants where it names them.
 * @param {string} path */
export async function read(path) {
  const source = await readFile(path, "utf8");
  return path.startsWith(MATHJAX) ? withValues(source) : source;
}

/** @param {string} source */
async function withValues(source) {
  const { TexConstant } = await run("input/tex/TexConstants.js");
  const { TEXCLASS } = await run("core/MmlTree/MmlNode.js");
  const aliases = [...source.matchAll(/^const (\w+) = (TexConstant\.\w+);$/gm)];
  const text = aliases
    .reduce((rest, [line, name, group]) => {
      return rest.replace(line, "").replace(RegExp(`\\b${name}\\.`, "g"), `${group}.`);
    }, source)
    .replace(/\bTexConstant\.(\w+)\.(\w+)\b/g, (name, group, key) => json(TexConstant[group][key]) ?? name)
    .replace(/\bTEXCLASS\.(\w+)\b/g, (name, key) => json(TEXCLASS[key]) ?? name);
  return ["TexConstant", "TEXCLASS"].reduce(withoutImport, text);
}

/** Not to import what is not used. @param {string} source @param {string} name */
function withoutImport(source, name) {
  const uses = source.match(RegExp(`\\b${name}\\b`, "g"));
  if (uses?.length !== 1) return source;
  return source.replace(RegExp(`^(import \\{.*?) ?\\b${name}\\b,?(?=.*\\} from)`, "m"), "$1");
}

// --- what stands in for modules of MathJax ----------------------------------------------------

/** For modules of the core, by their path: another text, made from MathJax's own.
 * @type {Record<string, (source: string) => string | Promise<string>>} */
export const REPLACED = {
  "input/tex/FindTeX.js": () => "export class FindTeX { static OPTIONS = {} }",
  "output/chtml/DefaultFont.js": () =>
    `export { Font as DefaultFont } from ${json(join(SLIM, "font.js"))};
     export const fontName = "mathjax-newcm";`,
  "util/Entities.js": entities,
  "core/MmlTree/OperatorDictionary.js": operators,
  "output/common/LinebreakVisitor.js": () =>
    `import { pending } from ${json(CHUNKS)};
     export class LinebreakVisitor { breakToWidth() { new (pending("rare"))() } }`,
  "input/tex/MapHandler.js": lookingFurther,
  ...Object.fromEntries(SYMBOLS.map((path) => [path, withoutRareSymbols])),
  "input/tex/newcommand/NewcommandConfiguration.js": (source) =>
    source.split("export const NewcommandConfiguration")[0].replace("import './NewcommandMappings.js'", ""),
  [LISTS.MML]: () => nodeList("MML"),
  [LISTS.ChtmlWrappers]: () => nodeList("ChtmlWrappers"),
};

/** Of those, the ones that a chunk has whole. */
export const STANDING_IN = [
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

/** MathJax's code with the common part of its table. @param {string} source */
async function operators(source) {
  const { common } = await operatorTables();
  const start = source.indexOf("export const OPTABLE");
  return `import { operatorTable } from ${json(join(SLIM, "operators.js"))};
    ${source.slice(0, start)}
    export const OPTABLE = operatorTable(${json(common)});`;
}

async function operatorTables() {
  await run("output/common/LinebreakVisitor.js"); // completes the table
  const { OPTABLE } = await run("core/MmlTree/OperatorDictionary.js");
  return splitOperators(OPTABLE, FONT.common);
}

/** Commands for symbols are looked for in the chunk "letters" before they count as unknown.
 * @param {string} source */
function lookingFurther(source) {
  const ends = [/(?=\n +const \[env, token\] = input;\n)/, /(?=\n +return null;\n +\}\n +retrieve\()/];
  const hook = "if (/^[a-z]{2,}$/i.test(TOKEN) && lacks('letters')) need('letters');";
  const [parse, applicable] = ["input[1]", "token"].map((token) => `\n${hook.replace("TOKEN", token)}`);
  if (!ends.every((end) => end.test(source))) throw new Error("MathJax looks commands up otherwise");
  return `import { lacks, need } from ${json(CHUNKS)};
    ${source.replace(ends[0], parse).replace(ends[1], applicable)}`;
}

/** Symbols that no common letter draws: map, then each as it is written. @param {string} source */
function rareSymbols(source) {
  const maps = source.matchAll(/^new sm\.CharacterMap\('([\w-]*mathchar0m[io])'.*\n([^]*?)^\}\);/gm);
  return Array.from(maps, ([, name, body]) => {
    const entries = body.split(/^(?=    \w)/m);
    return { name, entries: entries.filter((entry) => !isCommon(codeIn(entry))) };
  });
}

/** @param {string} entry `dotplus: '\\u2214',` @returns {number} */
function codeIn(entry) {
  const [, escaped, plain] = /: \[?\s*'(?:\\u\{?([\dA-F]+)\}?|\\?([^]))/.exec(entry) ?? [];
  if (!escaped && !plain) throw new Error(`no letter in ${entry}`);
  return escaped ? parseInt(escaped, 16) : Number(plain.codePointAt(0));
}

/** @param {string} source */
function withoutRareSymbols(source) {
  const rare = rareSymbols(source).flatMap(({ entries }) => entries);
  return rare.reduce((text, entry) => text.replace(entry, ""), source);
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
  return `import { pending } from ${json(CHUNKS)};
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

/** Methods for which others stand in, see hatch_methods.mjs. */
function methodChunk() {
  const modules = [...SELDOM];
  const imports = modules.map(([module], index) => `import methods${index} from "methods:${module}";`);
  const rows = modules.flatMap(([module, names], index) =>
    names
      .filter((name) => !isTable(name))
      .map((name) => `${keyOf(module, name)}: methods${index}.${name}`),
  );
  return `${imports.join("\n")}\nObject.assign(mathwardSlim.methods, { ${rows} });\n`;
}

const LETTERS = `
import * as letters from "mathward:letters";
mathwardSlim.startup.output.font.learn(letters);
`;

/** What the core's dictionary lacks. */
async function operatorChunk() {
  const { others } = await operatorTables();
  return `
import { OPTABLE } from "@mathjax/src/js/core/MmlTree/OperatorDictionary.js";
import { unpackedOperators } from ${json(join(SLIM, "unpack.js"))};
for (const [form, operators] of Object.entries(unpackedOperators(${json(others)}))) {
  Object.assign(OPTABLE[form], operators);
}`;
}

/** What the core's tables of commands lack. */
async function symbolChunk() {
  const sources = await Promise.all(SYMBOLS.map((path) => read(join(MATHJAX, path))));
  const rows = sources
    .flatMap(rareSymbols)
    .map(({ name, entries }) => `${json(name)}: {\n${entries.join("")}}`);
  return `
import { MapHandler } from "@mathjax/src/js/input/tex/MapHandler.js";
import { Token } from "@mathjax/src/js/input/tex/Token.js";
for (const [map, symbols] of Object.entries({ ${rows} })) {
  for (const [name, symbol] of Object.entries(symbols)) {
    const [letter, attributes = null] = [symbol].flat();
    MapHandler.getMap(map).add(name, new Token(name, letter, attributes));
  }
}`;
}

const BOLD = `
import { letters } from "mathward:bold";
mathwardSlim.startup.output.font.learnBold(letters);
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
export async function chunkSources() {
  const packages = PACKAGES.map(async (name) => [`tex-${name}`, await packageChunk(name)]);
  return Object.fromEntries([
    ["bold", BOLD],
    ["letters", LETTERS + (await operatorChunk()) + (await symbolChunk())],
    ["mathml", MATHML],
    ["tables", await nodeChunk("tables")],
    ["frames", await nodeChunk("frames")],
    ["rare", LINEBREAKS + methodChunk() + (await nodeChunk("rare"))],
    ...(await Promise.all(packages)),
  ]);
}
