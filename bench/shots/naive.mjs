// The usual comparison of two screenshots: pngjs and pixelmatch with its defaults. A line of JSON
// in ({"was": path, "now": path}), a line out ({"pixels", "total"}, or {"sizes": true}).
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { resolve } = createRequire(`${process.argv[2]}/`);
const { default: pixelmatch } = await import(pathToFileURL(resolve("pixelmatch")).href);
const { PNG } = (await import(pathToFileURL(resolve("pngjs")).href)).default;

for await (const line of createInterface({ input: process.stdin })) {
  const [was, now] = [JSON.parse(line).was, JSON.parse(line).now].map((path) =>
    PNG.sync.read(readFileSync(path)),
  );
  const { width, height } = was;
  const alike = width === now.width && height === now.height;
  const shown = alike ? new PNG({ width, height }) : null;
  const answer = shown
    ? { pixels: pixelmatch(was.data, now.data, shown.data, width, height), total: width * height }
    : { sizes: true };
  if (shown && answer.pixels) PNG.sync.write(shown); // which a reviewer is shown
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
