/**
 * Pictures of the app for the documentation, taken from the demo house after a short contest for one
 * of its lots.
 *
 *   npm run screenshots [-- FOLDER]     GAVEL_BIN names the binary, as for the end-to-end tests
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bestLot, openChromium, web, withDemo } from './demo.mjs';

const folder = resolve(process.argv[2] ?? join(web, '../docs/screenshots'));
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** Waits until nothing on the page will move any more: pictures in view, and the live price. */
async function settled(page) {
  await page.locator('[data-connection="live"]').waitFor();
  await page.waitForFunction(
    () =>
      !document.querySelector('[aria-busy="true"]') &&
      [...document.images].every(
        (image) => image.complete || image.getBoundingClientRect().top > innerHeight,
      ),
  );
}

/** Somebody's browser at a page, once it is all there. */
async function open(browser, house, { path, name = 'user', device = desktop, dark = false }) {
  const colorScheme = dark ? 'dark' : 'light';
  const context = await browser.newContext({ baseURL: house.url, colorScheme, ...device });
  await house.signIn(context, name);
  const page = await context.newPage();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(path);
  await settled(page);
  return page;
}

/** Bids without a page. */
async function bid(context, lot, amount, maxAmount) {
  const { minimumBid } = await (await context.request.get(`/api/v1/auctions/${lot.id}`)).json();
  const answer = await context.request.post(`/api/v1/auctions/${lot.id}/bids`, {
    data: { amount: amount ?? minimumBid, ...(maxAmount && { maxAmount }) },
  });
  if (!answer.ok()) throw new Error(`the bid was not taken: ${await answer.text()}`);
}

async function take(page, name) {
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

async function takeOf(browser, house, name, what) {
  const page = await open(browser, house, what);
  await take(page, name);
  await page.context().close();
}

async function takeAll(browser, house) {
  const lot = await bestLot(house.url);
  const path = `/auctions/${lot.id}`;
  await takeOf(browser, house, 'browse', { path: '/' });
  await takeOf(browser, house, 'browse-dark', { path: '/', dark: true });
  await takeOf(browser, house, 'browse-phone', { path: '/', device: phone });
  await takeOf(browser, house, 'browse-phone-dark', { path: '/', device: phone, dark: true });
  await takeOf(browser, house, 'lot', { path });
  await takeOf(browser, house, 'lot-dark', { path, dark: true });
  await takeOf(browser, house, 'lot-phone', { path, device: phone });

  const asking = await open(browser, house, { path, device: phone });
  await asking
    .getByRole('button', { name: /^Bid €/ })
    .last()
    .click();
  await asking.getByRole('dialog').waitFor();
  await take(asking, 'lot-phone-confirm');
  await asking.context().close();

  // Leading, then outbid, then asking why.
  const robin = await open(browser, house, { path });
  await bid(robin.context(), lot, undefined, Math.ceil(lot.minimumBid * 1.1));
  await robin.reload();
  await take(robin, 'lot-leading');
  const rival = await open(browser, house, { path: '/', name: 'admin' });
  await bid(rival.context(), lot, Math.ceil(lot.minimumBid * 1.2));
  await robin.getByRole('button', { name: 'Why was I outbid?' }).click();
  await robin.getByRole('list', { name: /^What happened/ }).waitFor();
  await take(robin, 'lot-outbid');
  await takeOf(browser, house, 'my-bids', { path: '/my/bids' });
  await takeOf(browser, house, 'notifications-phone', { path: '/notifications', device: phone });
  await takeOf(browser, house, 'sell', { path: '/sell', name: 'seller' });
  await takeOf(browser, house, 'my-lots', { path: '/my/lots', name: 'seller' });
  await takeOf(browser, house, 'admin', { path: '/admin', name: 'admin' });
}

await mkdir(folder, { recursive: true });
await withDemo(async (house) => {
  const browser = await openChromium();
  await takeAll(browser, house);
  await browser.close();
});
