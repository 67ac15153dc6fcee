// @ts-check
/**
 * Which extensions of MathJax a formula needs, read off its commands.
 *
 * What the stock bundle would load by itself, and a few more that models write, minus what is
 * not safe with text of others: `html` and `require`. A formula gets its own set and nothing
 * else, so what it means does not depend on what was typeset before it.
 */

export const BASE = ["base", "ams", "textmacros", "noundefined", "mathward"];

/** Extension, then what calls for it: commands, and environments as `{name}`. */
const TABLE = `
action: toggle mathtip texttip
amscd: {CD}
bbox: bbox
boldsymbol: boldsymbol bm
braket: bra ket braket set Bra Ket Braket Set ketbra Ketbra
bussproofs: {prooftree}
cancel: cancel bcancel xcancel cancelto
cases: {numcases} {subnumcases}
centernot: centernot
color: color definecolor textcolor colorbox fcolorbox
colortbl: cellcolor rowcolor columncolor
empheq: {empheq}
enclose: enclose
extpfeil: xtwoheadrightarrow xtwoheadleftarrow xmapsto xlongequal xtofrom Newextarrow
gensymb: ohm degree celsius perthousand micro
mathtools: xleftrightarrow xLeftarrow xRightarrow xLeftrightarrow xhookleftarrow xhookrightarrow
  xrightharpoondown xleftharpoondown xrightleftharpoons xrightharpoonup xleftharpoonup
  xleftrightharpoons xlongrightarrow xlongleftarrow mathllap mathrlap mathclap clap textllap
  textrlap textclap cramped crampedllap crampedrlap crampedclap crampedsubstack mathmbox
  mathmakebox overbracket underbracket MoveEqLeft Aboxed ArrowBetweenLines vdotswithin
  shortvdotswithin DeclarePairedDelimiter DeclarePairedDelimiterX DeclarePairedDelimiterXPP
  vcentercolon ordinarycolon coloneqq Coloneqq coloneq Coloneq eqqcolon Eqqcolon eqcolon Eqcolon
  colonapprox Colonapprox colonsim Colonsim dblcolon nuparrow ndownarrow bigtimes splitfrac
  splitdfrac xmathstrut prescript adjustlimits {dcases} {rcases} {drcases} {dcases*} {rcases*}
  {drcases*} {cases*} {matrix*} {pmatrix*} {bmatrix*} {Bmatrix*} {vmatrix*} {Vmatrix*}
  {smallmatrix*} {psmallmatrix} {psmallmatrix*} {bsmallmatrix} {bsmallmatrix*} {Bsmallmatrix}
  {vsmallmatrix} {Vsmallmatrix} {multlined} {spreadlines} {lgathered} {rgathered}
mhchem: ce pu
newcommand: newcommand renewcommand newenvironment renewenvironment def let
physics: qty quantity abs absolutevalue norm evaluated order comm commutator anticommutator acomm
  poissonbracket dotproduct vdot crossproduct cross vb vectorbold va vectorarrow vu vectorunit
  gradient grad divergence curl laplacian tr Tr trace Trace rank erf Res Residue principalvalue
  qq qqtext qcomma qif qthen qelse qfor qall qand dd differential variation dv derivative pdv
  partialderivative fdv functionalderivative innerproduct ip outerproduct dyad op expval ev
  expectationvalue mel matrixelement mqty pmqty bmqty vmqty mdet imat zmat dmat admat
textcomp: texteuro textcent textyen textdegree textcelsius textohm textmu textpm texttimes
  textonehalf textonequarter textthreequarters textperthousand textregistered textcopyright
  texttrademark textbullet textdagger textsterling textwon textminus textdiv textrightarrow
  textleftarrow textuparrow textdownarrow textonesuperior texttwosuperior textthreesuperior
unicode: unicode U char
units: units unitfrac nicefrac
upgreek: upalpha upbeta upgamma updelta upepsilon upzeta upeta uptheta upiota upkappa uplambda
  upmu upnu upxi upomicron uppi uprho upsigma uptau upupsilon upphi upchi uppsi upomega
  upvarepsilon upvartheta upvarpi upvarrho upvarsigma upvarphi Upgamma Updelta Uptheta Uplambda
  Upxi Uppi Upsigma Upupsilon Upphi Uppsi Upomega
verb: verb`;

/** @type {Record<string, string[]>} */
const NEEDS = {
  cases: ["empheq"],
  colortbl: ["color"],
  mathtools: ["boldsymbol"],
};

const CALLS = callsOf(TABLE);

/** All extensions. */
export const PACKAGES = [...new Set(CALLS.values())];

/** Command or `{environment}` to what it calls for.
 * @param {string} table @returns {Map<string, string>} */
export function callsOf(table) {
  const calls = new Map();
  for (const row of table.trim().split(/\n(?! )/)) {
    const [name, words] = row.split(": ");
    for (const word of words.trim().split(/\s+/)) calls.set(word, name);
  }
  return calls;
}

/** What the commands in this TeX call for. @param {string} tex @param {Map<string, string>} calls */
export function calledBy(tex, calls) {
  /** @type {Set<string>} */ const found = new Set();
  for (const [, environment, command] of tex.matchAll(/\\(?:begin\s*(\{[^}]*\})|([A-Za-z]+))/g)) {
    const name = calls.get(environment ?? command);
    if (name) found.add(name);
  }
  return found;
}

/** The extensions beyond {@link BASE} for this TeX, sorted. @param {string} tex */
export function extensionsFor(tex) {
  const called = Array.from(calledBy(tex, CALLS), (name) => [name, ...(NEEDS[name] ?? [])]);
  return [...new Set(called.flat())].sort();
}

/**
 * Our own package: what models write as if it were LaTeX, and harmless readings of commands
 * that are not safe with text of others. It needs MathJax to be there.
 * @param {any} mathjax
 */
export function definePackage(mathjax) {
  const { Configuration, TokenMap, base } = mathjax._.input.tex;
  const { Macro } = base.BaseMethods.default;
  const second = [Macro, "#2", 2];
  new TokenMap.CommandMap("mathward", {
    bm: [Macro, "\\boldsymbol{#1}", 1],
    mathbbm: [Macro, "\\mathbb{#1}", 1],
    mathds: [Macro, "\\mathbb{#1}", 1],
    require: [Macro, "", 1],
    href: second,
    class: second,
    cssId: second,
    style: second,
    data: second,
  });
  Configuration.Configuration.create("mathward", { handler: { macro: ["mathward"] } });
}
