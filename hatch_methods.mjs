// @ts-check
/**
 * Methods of MathJax that few formulas call: the core of the slim bundle has stand-ins for them,
 * which have MathJax wait for the chunk "rare" and try again.
 *
 * MathJax's modules are printed by one program in one layout, so a method is found by its
 * indentation. What is not found, or would mean something else in another place, ends the build.
 * What MathJax calls while a reader is made has to be there: only drawings are tried again.
 */

/** Module, then its methods, and tables for them. Those that no drawing needs at all are among
 * them. */
const TABLE = `
adaptors/HTMLAdaptor: parse tags getElements serializeXML allAttributes cssText fontFamily
  createWorker removeClass hasClass kind
core/DOMAdaptor: allClasses
core/HandlerList: handlesDocument
core/MmlTree/MmlNode: verifyTree verifyAttributes
core/MmlTree/MmlNodes/mmultiscripts: setChildInheritedAttributes
core/MmlTree/MmlNodes/mo: coreText
core/Tree/Node: copy findNodes removeChild
core/Tree/Wrapper: walkTree
input/tex/ColumnParser: getColumn getDimen getAlign getBraces macroColumn addAt addBang repeat
input/tex/NodeFactory: createError
input/tex/NodeUtil: copyChildren getMoAttribute
input/tex/ParseUtil: keyvalOptions copyNode
input/tex/TexParser: GetUpTo GetDelimiterArg
input/tex/ams/AmsMethods: AlignAt XalignAt FlalignArray HandleDeclareOp SideSet HandleShove CFrac
input/tex/base/BaseConfiguration: csUndefined
input/tex/base/BaseItems: getEntry
input/tex/base/BaseMethods: Linebreak Over MoveRoot Overunderset VBox ParBox BreakAlign RaiseLower
  MoveLeftRight Rule rule BuildRel FrameBox MakeBox Matrix NewColumnType IndentAlign HandleLabel
  HandleRef Root Hsize Strut HFill
input/tex/newcommand/NewcommandUtil: GetCSname GetCsNameArgument GetArgCount GetTemplate
  GetParameter MatchParam checkGlobal checkProtectedMacros addDelimiter addMacro addEnvironment
  undefineMacro undefineDelimiter
input/tex/textmacros/TextMacrosMethods: CheckAutoload Comment Emph Accent OpenQuote
input/tex/textmacros/TextParser: ParseTextArg
output/chtml: measureTextNode escaped insertStyles clearCache
output/chtml/FontData: allStyles
output/chtml/Wrapper: drawBBox
output/chtml/Wrappers/mfrac: makeBevelled
output/chtml/Wrappers/mroot: addRoot
output/chtml/Wrappers/mrow: placeLines
output/common: markInlineBreaks markInlineBreak unmarkInlineBreaks getMetrics getMetricMaps
  getBBox getLinebreakWidth
output/common/FontData: loadDynamicFiles loadDynamicFilesSync loadDynamicFileSync
output/common/LineBBox: getIndentData copy copyIndentData
output/common/Wrapper: getBreakNode getChildLineBBox sideStyleSize explicitVariant MathMLSpace
  embellishedBBox getAlignX getAlignY getRScale
output/common/Wrappers/mfrac: getBevelledBBox getBevelData getWrapWidth
output/common/Wrappers/mo: moLineBBox
output/common/Wrappers/mroot: getRootDimens
output/common/Wrappers/mrow: computeLinebreakBBox computeChildLineBBox shiftLines
output/common/Wrappers/mspace: computeLineBBox
output/common/Wrappers/mtext: textWidth computeLineBBox getBreakWidth
output/common/Wrappers/scriptbase: computeLineBBox
util/BBox: updateFrom
util/FunctionList: asyncExecute
util/PrioritizedList: remove
util/Styles: sanitizeValue set combineParent setStyle combineChildren childName parse
  Styles.connect
util/lengths: px`;

/** @type {Map<string, string[]>} */
export const SELDOM = new Map(
  TABLE.trim()
    .split(/\n(?! )/)
    .map((row) => row.split(": "))
    .map(([module, names]) => [`${module}.js`, names.split(/\s+/)]),
);

/** By what number the core asks for a method: a name would be kept where the method is called.
 * @param {string} module @param {string} method */
export const keyOf = (module, method) => KEYS.indexOf(`${module}.${method}`);

const KEYS = [...SELDOM].flatMap(([module, names]) => names.map((name) => `${module}.${name}`));

/** Is it a table of a class, and not a method? @param {string} name */
export const isTable = (name) => name.includes(".");

/** What stands before the name of a method of a class itself, and of a function. */
const KINDS = "static |(?:export )?function ";

/** @param {string} source @param {string} name @returns {string} it as it is written */
function methodIn(source, name) {
  const layout = isTable(name)
    ? RegExp(`^()${name} = \\{\\n[^]*?^\\};`, "gm")
    : RegExp(`^( *)(?:${KINDS})?${name}\\(.*\\) \\{\\n[^]*?^\\1\\}`, "gm");
  const found = [...source.matchAll(layout)];
  if (found.length !== 1) throw new Error(`${found.length} methods ${name} in one module`);
  const [[method]] = found;
  if (/\bsuper\b/.test(method)) throw new Error(`${name} uses what it inherits`);
  return method;
}

/**
 * The module with stand-ins for these methods.
 * @param {string} source @param {string} module @param {string} chunks path of chunks.js
 */
export function withStandIns(source, module, chunks) {
  const names = SELDOM.get(module) ?? [];
  const cut = names.reduce((text, name) => {
    const method = methodIn(text, name);
    const kind = RegExp(`^ *(${KINDS})`).exec(method)?.[1] ?? "";
    const standIn = isTable(name)
      ? `${name} = {};`
      : `${kind}${name}() { return seldom(${keyOf(module, name)}, this, arguments); }`;
    return text.replace(method, () => standIn);
  }, source);
  return `import { seldom } from ${JSON.stringify(chunks)};\n${cut}`;
}

/**
 * A module of the methods alone, with all that they refer to.
 * @param {string} source @param {string} module
 */
export function methodsOf(source, module) {
  const names = SELDOM.get(module) ?? [];
  const [tables, methods] = [true, false].map((is) =>
    names
      .filter((name) => isTable(name) === is)
      .map((name) => methodIn(source, name).replace(RegExp(`^( *)(?:${KINDS})`), "$1")),
  );
  let body = `export default {\n${methods.join(",\n")}\n};\n${tables.join("\n")}`;
  /** @type {Set<string>} */ const imports = new Set();
  const statements = source.replace(/\n\/\/# source.*/, "").split(/\n(?=[^\s}\])])/);
  for (let size = 0; size !== body.length; ) {
    size = body.length;
    for (const statement of statements) {
      const from = /^import .* from '(.*)';$/.exec(statement)?.[1];
      const name = /^(?:export )?(?:const|let|var|function|class) (\w+)/.exec(statement)?.[1];
      if (from) importsUsed(statement, from, body).forEach((line) => imports.add(line));
      else if (!name || !uses(body, name) || body.includes(statement)) continue;
      else if (!isShared(source, name)) body = `${statement}\n${body}`;
      else imports.add(`import ${importOf(source, name)} from './${module.replace(/.*\//, "")}';`);
    }
  }
  return `${[...imports].join("\n")}\n${body}`;
}

const uses = (/** @type {string} */ text, /** @type {string} */ name) =>
  RegExp(`(?<![.\\w])${name}\\b`).test(text);

/** Do other modules see it? @param {string} source @param {string} name */
const isShared = (source, name) =>
  RegExp(`^export (?:default ${name};|\\w+ ${name}\\b)`, "m").test(source);

const importOf = (/** @type {string} */ source, /** @type {string} */ name) =>
  source.includes(`export default ${name};`) ? name : `{ ${name} }`;

/** What of an import is used. @param {string} statement @param {string} from @param {string} body */
function importsUsed(statement, from, body) {
  const [, whole, listed = ""] = /^import ([\w* ]+)?,? ?(?:\{(.*)\})? from/.exec(statement) ?? [];
  const last = (/** @type {string} */ text) => text.trim().split(" ").at(-1) ?? "";
  const names = listed.split(",").filter((each) => each.trim() && uses(body, last(each)));
  const lines = names.map((name) => `import { ${name.trim()} } from '${from}';`);
  if (whole && uses(body, last(whole))) lines.push(`import ${whole.trim()} from '${from}';`);
  return lines;
}
