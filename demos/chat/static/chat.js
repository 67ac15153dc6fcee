// @ts-check
/**
 * The page of the chat: asks, shows the answers as they arrive, stops them and asks again.
 * Everything about answers themselves is `mathward.listen`.
 */

const { listen, rest } = /** @type {any} */ (globalThis).mathward;

/** @template {Element} T @param {string} selector @param {ParentNode} [within] @returns {T} */
const one = (selector, within = document) => /** @type {T} */ (within.querySelector(selector));

const thread = /** @type {HTMLElement} */ (one("#thread"));
const composer = /** @type {HTMLFormElement} */ (one("#composer"));
const names = /** @type {HTMLSelectElement} */ (one("#name"));
const latest = /** @type {HTMLButtonElement} */ (one("#latest"));

/** @type {{number: string, turn: Element} | null} the answer that is being written */
let current = null;

/** @param {string} url @param {object} [body] */
const post = (url, body = {}) =>
  fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });

/** @param {string} name @param {Element | null} [instead] a turn that is done again */
async function ask(name, instead) {
  if (current) return;
  const speed = new FormData(composer).get("speed");
  const replaced = Number(instead?.getAttribute("data-number") ?? 0);
  const response = await post("/answers", { name, speed, instead: replaced });
  if (!response.ok) return;
  const { number, question } = await response.json();
  const template = /** @type {HTMLTemplateElement} */ (one("#turn"));
  const turn = /** @type {Element} */ (one(".turn", template.content).cloneNode(true));
  turn.setAttribute("data-number", number);
  turn.setAttribute("data-name", name);
  for (const each of turn.children) each.setAttribute("lang", name.split(".").pop() ?? "");
  one(".question", turn).textContent = question;
  instead?.remove();
  thread.append(turn);
  toEnd();
  await show(turn);
}

/** Until its end. @param {Element} turn */
async function show(turn) {
  const number = turn.getAttribute("data-number") ?? "";
  current = { number, turn };
  tell();
  turn.setAttribute("data-live", "");
  await listen(one(".answer", turn), `/answers/${number}`).done;
  turn.removeAttribute("data-live");
  current = null;
  finish(turn);
  tell();
}

/** Offer to do it again; earlier turns stay as they are. @param {Element} turn */
function finish(turn) {
  document.querySelectorAll(".actions").forEach((each) => each.remove());
  turn.append(/** @type {HTMLTemplateElement} */ (one("#actions")).content.cloneNode(true));
}

/** What the page offers depends on whether an answer is being written. */
function tell() {
  document.body.classList.toggle("is-writing", !!current);
  document.body.classList.toggle("is-empty", !thread.children.length);
  one("#send").setAttribute("aria-label", current ? "Stop" : "Send");
}

const toEnd = () => scrollTo(0, document.documentElement.scrollHeight);

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  if (current) post(`/answers/${current.number}/stop`);
  else ask(names.value);
});

document.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element && target.closest("button");
  if (!button) return;
  if (button.matches(".suggestion")) ask(button.getAttribute("data-name") ?? "");
  const turn = button.closest(".turn");
  if (button.matches(".again")) ask(turn?.getAttribute("data-name") ?? "", turn);
  if (button.id === "latest") toEnd();
  if (button.id === "clear") {
    await post("/clear");
    location.reload();
  }
});

// A button to the end, for readers who are not there.
new IntersectionObserver(([{ isIntersecting }]) => (latest.hidden = isIntersecting), {
  rootMargin: "0px 0px 80px",
}).observe(/** @type {Element} */ (thread.parentElement?.appendChild(document.createElement("i"))));

for (const turn of thread.children) {
  const answer = one(".answer", turn);
  if (turn.hasAttribute("data-live")) show(turn);
  else {
    rest(answer);
    finish(turn);
  }
}
tell();
if (thread.children.length) toEnd();
