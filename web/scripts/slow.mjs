/**
 * How soon the list, and a lot with its bid form, are there on slow 4G (1.6 Mbit/s, 150 ms): cold
 * cache, the demo house, five runs of each (or RUNS), medians. Exits with 1 where a median is over the limit.
 *
 *   npm run slow     GAVEL_BIN names the binary; a release build is what people run
 */
import { bestLot, median, openChromium, withDemo } from './demo.mjs';

const runs = Number(process.env.RUNS ?? 5);
const limit_ms = 1600;
const slow4g = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/** Notes when each of some selectors is first painted, in ms since the navigation began. */
function noteFirstSeen(selectors) {
  const seen = {};
  globalThis.seen = seen;
  const look = () => {
    for (const [name, selector] of Object.entries(selectors)) {
      const element = seen[name] === undefined && document.querySelector(selector);
      if (element && element.getBoundingClientRect().height > 0) seen[name] = performance.now();
    }
    if (Object.keys(seen).length < Object.keys(selectors).length) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function visit(browser, { url, signIn }, { path, signedIn, selectors }) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  if (signedIn) await signIn(context);
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.emulateNetworkConditions', slow4g);
  await page.addInitScript(noteFirstSeen, selectors);
  await page.goto(url + path, { waitUntil: 'commit' });
  await page.waitForFunction(
    (count) => Object.keys(globalThis.seen ?? {}).length === count,
    Object.keys(selectors).length,
  );
  const seen = await page.evaluate(() => globalThis.seen);
  await context.close();
  return seen;
}

await withDemo(async (house) => {
  const lot = `/auctions/${(await bestLot(house.url)).id}`;
  const visits = [
    {
      what: 'list',
      path: '/',
      selectors: { 'a lot’s title': 'article h2', price: 'article .money' },
    },
    { what: 'lot', path: lot, selectors: { title: 'h1', price: '[data-price]' } },
    {
      what: 'lot, signed in',
      path: lot,
      signedIn: true,
      selectors: {
        title: 'h1',
        price: '[data-price]',
        'bid form': 'form input[inputmode]:enabled',
      },
    },
  ];
  const browser = await openChromium();
  let over = false;
  for (const one of visits) {
    const all = [];
    for (let run = 0; run < runs; run += 1) all.push(await visit(browser, house, one));
    for (const name of Object.keys(one.selectors)) {
      const times = all.map((seen) => Math.round(seen[name]));
      const middle = median(times);
      over ||= middle > limit_ms;
      process.stdout.write(
        `${one.what}: ${name} after ${middle} ms of ${limit_ms} (${Math.min(...times)}–${Math.max(...times)})\n`,
      );
    }
  }
  await browser.close();
  if (over) process.exitCode = 1;
});
