// @ts-check
/** Lists of steps by seed, and the shortest part of a list that still fails. */

/** @typedef {import("./driver.js").Step} Step */
/** @typedef {{seed: number, mode: string, steps: Step[], problems: string[]}} Failure */

/** A small generator with a good spread (mulberry32). @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** @typedef {(below: number) => number} Random */

/** @type {[number, string, ...((random: Random) => number)[]][]} how often, name, arguments */
const STEPS = [
  [3, "load"],
  [1, "loadHere"],
  [4, "keep", (random) => 1 + random(12)],
  [1, "release"],
  [1, "hold"],
  [4, "frame"],
  [5, "wait", (random) => 60 * (1 + random(40))],
  [3, "scroll", (random) => random(4)],
  [1, "resize", (random) => 240 + random(600)],
  [1, "print"],
  [5, "on"],
  [1, "again"],
  [2, "restore"],
  [2, "append", (random) => 1 + random(4)],
  [1, "appendStarted", (random) => 1 + random(4)],
  [2, "move", (random) => random(100)],
  [2, "clone", (random) => random(100)],
  [2, "empty", (random) => random(100)],
  [1, "damage", (random) => random(100)],
  [3, "token"],
  [1, "finish"],
];
const MOST = 20;

/** @param {number} seed @param {string[]} modes @returns {{mode: string, steps: Step[]}} */
export function listOf(seed, modes) {
  const random = randomOf(seed);
  const urn = STEPS.flatMap((step) => Array.from({ length: step[0] }, () => step));
  const mode = /** @type {string} */ (modes[random(modes.length)]);
  const steps = Array.from({ length: 4 + random(MOST) }, () => {
    const [, name, ...args] = /** @type {(typeof STEPS)[0]} */ (urn[random(urn.length)]);
    return /** @type {Step} */ ([name, ...args.map((arg) => arg(random))]);
  });
  const second = /** @type {string} */ (modes[random(modes.length)]);
  if (random(5) === 0) steps.splice(random(steps.length), 0, ["stack", second]);
  return { mode, steps };
}

/**
 * Leave out ever smaller parts, as long as what is left fails.
 * @param {Step[]} steps @param {(steps: Step[]) => Promise<boolean>} fails @returns {Promise<Step[]>}
 */
export async function shrunk(steps, fails) {
  let left = steps;
  for (
    let size = Math.ceil(left.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < left.length;) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (await fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}

/**
 * @param {import("./driver.js").Driver} driver @param {string[]} modes
 * @param {number} first @param {number} count @param {number} [most] failures worth shrinking
 * @returns {Promise<Failure[]>}
 */
export async function batch(driver, modes, first, count, most = 3) {
  /** @type {Failure[]} */ const failures = [];
  for (let seed = first; seed < first + count && failures.length < most; seed += 1) {
    const { mode, steps } = listOf(seed, modes);
    if (!(await driver.run(mode, steps)).length) continue;
    const short = await shrunk(steps, async (part) => (await driver.run(mode, part)).length > 0);
    failures.push({ seed, mode, steps: short, problems: await driver.run(mode, short) });
  }
  return failures;
}
