// @ts-check
/**
 * Run inside Firefox with the browser's own rights, after letters.js and bergamot.js: puts a fake
 * engine where Firefox would start its process with the language models. Everything else is
 * Firefox's own: what is translated, when, and what is done to the page with the answer.
 */

/** Firefox's own globals, and messages of its translator; they bring no types. @typedef {any} Any */

const firefox = /** @type {Any} */ (globalThis);
const load = (/** @type {string} */ address) => firefox.ChromeUtils.importESModule(address);

const LATENCY = 15; // milliseconds for one request; they are answered one after the other

/**
 * @param {string} alignment a name in ALIGNMENTS
 * @param {string[]} languages from and into which, besides English, there are models
 */
function installEngine(alignment, languages) {
  const { EngineProcess } = load("chrome://global/content/ml/EngineProcess.sys.mjs");
  const { TranslationsParent } = load("resource://gre/actors/TranslationsParent.sys.mjs");
  EngineProcess.getTranslationsEngineParent = async () => ({
    startTranslation(/** @type {Any} */ _pair, /** @type {Any} */ port, /** @type {Any} */ parent) {
      serve(port, parent, alignment);
    },
    discardTranslations() {},
    forceShutdown: async () => {},
  });
  const version = `${TranslationsParent.LANGUAGE_MODEL_MAJOR_VERSION_MAX}.0`;
  const records = languages.flatMap((each) => [
    record(each, "en", version),
    record("en", each, version),
  ]);
  const client = { on() {}, off() {}, get: async () => records };
  TranslationsParent.clearCache();
  TranslationsParent.applyTestingMocks({
    useMockedTranslator: true,
    translationModelsRemoteClient: client,
    translationsWasmRemoteClient: client,
  });
}

/** A model as Firefox's list of them has it. @param {string} from @param {string} to
 * @param {string} version */
function record(from, to, version) {
  return {
    id: `${from}-${to}`,
    name: `model.${from}${to}.bin`,
    fileType: "model",
    version,
    fromLang: from, // the older names of the two
    toLang: to,
    sourceLanguage: from,
    targetLanguage: to,
    attachment: { hash: "", size: "1", filename: "", location: "", mimetype: "" },
  };
}

/** Answer what a page's translator sends. @param {Any} port @param {Any} parent
 * @param {string} alignment */
function serve(port, parent, alignment) {
  const { setTimeout, clearTimeout } = load("resource://gre/modules/Timer.sys.mjs");
  const asked = new Map(); // the timers of what is not answered yet
  let free = 0; // when the model will have done what it was asked so far
  const send = (/** @type {string} */ type, /** @type {object} */ data) =>
    port.postMessage({ type: `TranslationsPort:${type}`, ...data });
  const reply = (/** @type {number} */ translationId, /** @type {string | null} */ targetText) =>
    send("TranslationResponse", { translationId, targetText });
  /** @type {Record<string, (data: Any) => void>} */
  const answers = {
    GetEngineStatusRequest() {
      if (parent?.languageState) parent.languageState.isEngineReady = true;
      send("GetEngineStatusResponse", { status: "ready" });
    },
    TranslationRequest({ translationId, sourceText, isHTML }) {
      free = Math.max(free, Date.now()) + LATENCY;
      const text = answer(sourceText, isHTML, alignment);
      const wait = Math.max(0, free - Date.now()); // a negative one would be weeks
      asked.set(translationId, setTimeout(() => reply(translationId, text), wait));
    },
    Passthrough: ({ translationId }) => reply(translationId, null),
    CachedTranslation: ({ translationId, cachedTranslation }) =>
      reply(translationId, cachedTranslation),
    // What is cancelled may be asked for again under the same number.
    CancelSingleTranslation: ({ translationId }) => clearTimeout(asked.get(translationId)),
    DiscardTranslations: () => port.close(),
  };
  port.onmessage = (/** @type {Any} */ { data }) => answers[data.type.split(":")[1]](data);
}

/** As Firefox's worker does: white space around the text never reaches the model.
 * @param {string} source @param {boolean} isHTML @param {string} alignment */
function answer(source, isHTML, alignment) {
  const [, before, text, after] = /^(\s*)(.*?)(\s*)$/s.exec(source) ?? [];
  const clean = text.replaceAll("\u00ad", "");
  const html = translatedHTML(isHTML ? clean : encoded(clean), alignment);
  return before + (isHTML ? html : decoded(html)) + after;
}

const actorOfPage = () =>
  firefox.window.gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.getActor(
    "Translations",
  );

/** Have the page in the selected tab translated, as the panel's button does; tells from what.
 * @param {string} targetLanguage @returns {Promise<string>} */
async function translatePage(targetLanguage) {
  const actor = actorOfPage();
  const detected = await actor.getDetectedLanguages();
  actor.languageState.detectedLanguages ??= detected; // the button shows itself after that only
  await actor.translate({ sourceLanguage: detected.docLangTag, targetLanguage }, false);
  return detected.docLangTag;
}

/** Have the original back, as the panel's other button does. */
function restorePage() {
  const actor = actorOfPage();
  actor.restorePage(actor.languageState.detectedLanguages?.docLangTag);
}
