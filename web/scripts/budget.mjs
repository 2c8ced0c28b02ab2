// Holds what each page loads at first to its budget: the sizes of the built files as they are sent,
// with brotli. Run after `npm run build`.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const dist = resolve(import.meta.dirname, '../dist');
const kb = 1024;
/** Script of a page by its route's pattern, and of all others. */
const scripts_max = { '/': 105 * kb, '/auctions/$auctionId': 110 * kb };
const others_max = 105 * kb;
const css_max = 10 * kb;

/** Bytes of a file as it is sent. */
function sent(name) {
  const path = resolve(dist, name);
  return existsSync(`${path}.br`)
    ? readFileSync(`${path}.br`).length
    : brotliCompressSync(readFileSync(path)).length;
}

const sum = (names) => names.reduce((bytes, name) => bytes + sent(name), 0);
const over = [];

function hold(what, bytes, most) {
  const line = `${what}: ${(bytes / kb).toFixed(1)} of ${(most / kb).toFixed(0)} KB`;
  if (bytes > most) over.push(line);
  process.stdout.write(`${line}\n`);
}

for (const [language, page] of [
  ['en', 'index.html'],
  ['de', 'index.de.html'],
]) {
  const build = JSON.parse(readFileSync(resolve(dist, `pages.${language}.json`), 'utf8'));
  const entry = sum(build.entry);
  const byRoute = new Map();
  for (const [route, files] of Object.entries(build.pages))
    byRoute.set(files.join(), [route, files]);
  for (const [route, files] of byRoute.values()) {
    hold(`script ${language} ${route}`, entry + sum(files), scripts_max[route] ?? others_max);
  }
  const html = readFileSync(resolve(dist, page), 'utf8');
  const styles = [...html.matchAll(/href="\/(assets\/[^"]+\.css)"/g)].map(([, name]) => name);
  hold(`css ${language}`, sum(styles), css_max);
}

if (over.length > 0) {
  process.stderr.write(`over budget:\n${over.join('\n')}\n`);
  process.exit(1);
}
