import type { Page } from '@playwright/test';
import { offerMany } from './many';
import { expect, seenOn, test } from './test';

const card = (page: Page, title: string) =>
  page.getByRole('article').filter({ has: page.getByRole('link', { name: title, exact: true }) });

/** Notes what a page tells its socket: which lots it has live now. */
function liveLots(page: Page): Set<string> {
  const lots = new Set<string>();
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { type, auctionId } = JSON.parse(String(payload));
      if (type === 'subscribe') lots.add(auctionId);
      if (type === 'unsubscribe') lots.delete(auctionId);
    }),
  );
  return lots;
}

test('a bid shows in the list at once, and the list keeps live what is in sight', async ({
  register,
}) => {
  const seller = await register('Sally');
  const ann = await register('Ann');
  const bob = await register('Bob');
  const ids = await offerMany(seller.page.request, { title: (n) => `Lot ${n}.`, count: 40 });

  const live = liveLots(ann.page);
  await ann.page.goto('/');
  await expect(card(ann.page, 'Lot 1.')).toContainText('Starting price€11');
  await expect.poll(() => live.has(ids[0] ?? '')).toBe(true);
  const answer = await bob.page.request.post(`/api/v1/auctions/${ids[0]}/bids`, {
    data: { amount: 12 },
  });
  expect(answer.status()).toBe(201);
  await expect(card(ann.page, 'Lot 1.')).toContainText('Current bid€12');
  await expect(card(ann.page, 'Lot 1.')).toContainText('1 bid');
  expect(live.size).toBeLessThan(24);

  // The last one is far below the window: it becomes live when it is looked at.
  expect(live.has(ids[39] ?? '')).toBe(false);
  await card(ann.page, 'Lot 24.').scrollIntoViewIfNeeded();
  await card(ann.page, 'Lot 40.').scrollIntoViewIfNeeded();
  await expect.poll(() => live.has(ids[39] ?? '')).toBe(true);
  await expect.poll(() => live.has(ids[0] ?? ''), { timeout: 15_000 }).toBe(false);
});

test('a long list is one page, and one comes back to where one was', async ({
  guest,
  register,
}) => {
  test.setTimeout(120_000);
  const seller = await register('Sally');
  await offerMany(seller.page.request, { title: (n) => `Lot ${n}.`, count: 300 });
  const page = await guest();
  await page.goto('/');
  await expect(card(page, 'Lot 1.')).toBeVisible();
  await expect(seenOn(page).getByText('300 lots')).toBeVisible();
  await expect(card(page, 'Lot 24.')).toBeAttached();

  const middle = () => page.evaluate(() => scrollTo(0, document.body.scrollHeight * 0.6));
  await middle();
  const shown = page.getByRole('article');
  await expect(card(page, 'Lot 1.')).toHaveCount(0);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  // A page's lots come up in pieces; it is looked at when all are there.
  const pages = page.getByRole('list', { name: /^Lots \d+ to \d+$/ });
  const lotsOfEach = () => pages.evaluateAll((lists) => lists.map((list) => list.children.length));
  await expect.poll(async () => [...new Set(await lotsOfEach())]).toEqual([24]);
  // However far one goes, only what is near is on the page.
  expect(await shown.count()).toBeLessThan(150);

  // Whatever stands in the middle of the window, where a finger or a mouse would go.
  const inSight = await page.evaluate(() => {
    const lots = [...document.querySelectorAll('article')];
    const lot = lots.find((element) => {
      const { top = 0, bottom = 0 } = element.querySelector('h2')?.getBoundingClientRect() ?? {};
      return top > innerHeight * 0.3 && bottom < innerHeight * 0.9;
    });
    return lot?.querySelector('h2')?.textContent ?? '';
  });
  expect(inSight).toMatch(/^Lot \d+\.$/);
  const link = page.getByRole('link', { name: inSight, exact: true });
  const before = (await card(page, inSight).boundingBox())?.y ?? 0;
  await link.click();
  await expect(page.getByRole('heading', { name: inSight, level: 1 })).toBeVisible();
  await page.goBack();
  await expect(card(page, inSight)).toBeInViewport();
  const after = (await card(page, inSight).boundingBox())?.y ?? 0;
  expect(Math.abs(after - before)).toBeLessThan(8);

  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await expect(card(page, 'Lot 300.')).toBeVisible();
});

test('what was looked for is in the address: it survives a reload, a lot and the way back', async ({
  guest,
  register,
}) => {
  const seller = await register('Sally');
  await offerMany(seller.page.request, { title: (n) => `A clock, no ${n}.`, count: 5 });
  await offerMany(seller.page.request, {
    title: (n) => `A print, no ${n}.`,
    count: 5,
    category: 'prints',
  });
  const page = await guest();
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Categories' }).getByText('Prints').click();
  await expect(seenOn(page).getByText('5 lots')).toBeVisible();
  const price = page.getByRole('button', { name: 'Price' });
  if (await price.isVisible()) await price.click();
  await page.getByLabel('Price from').fill('13');
  await page.getByLabel('Price to').fill('14');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(seenOn(page).getByText('2 lots')).toBeVisible();
  await page.getByLabel('Sort by').selectOption('Highest price');
  const isAsAsked = async () => {
    await expect(page).toHaveURL(/category=prints/);
    await expect(page.getByLabel('Price from')).toHaveValue('13');
    await expect(page.getByLabel('Sort by')).toHaveValue('priceDown');
    await expect(page.getByRole('article').getByRole('heading')).toHaveText([
      'A print, no 4.',
      'A print, no 3.',
    ]);
  };
  await isAsAsked();
  await page.reload();
  await isAsAsked();
  await page.getByRole('link', { name: 'A print, no 3.', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'A print, no 3.', level: 1 })).toBeVisible();
  await page.goBack();
  await isAsAsked();
  // A step further back is the list as it was before it was sorted.
  await page.goBack();
  await expect(page.getByLabel('Sort by')).toHaveValue('ending');
  await expect(seenOn(page).getByText('2 lots')).toBeVisible();

  await page.goto('/?search=nothing-of-this-name');
  await page.getByRole('link', { name: 'Clear search and filters' }).click();
  await expect(seenOn(page).getByText('10 lots')).toBeVisible();
});

test('a list says when its prices are old, and that it could not be renewed', async ({
  complaints,
  guest,
  house,
  register,
}) => {
  const seller = await register('Sally');
  await offerMany(seller.page.request, { title: (n) => `Lot ${n}.`, count: 3 });
  await seller.page.goto('about:blank');
  const page = await guest();
  await page.goto('/');
  await expect(page.locator('header [data-connection="live"]')).toBeVisible();
  await complaints.whileHouseIsAway(async () => {
    await house.kill9();
    await expect(page.locator('[data-stale]')).toContainText('Lot 1.');
    await expect(seenOn(page).getByText('Prices on this page may be old')).toBeVisible();
    await house.start();
    await expect(page.locator('[data-connection="live"]')).toBeVisible({ timeout: 45_000 });
  });
  await expect(page.locator('[data-stale]')).toHaveCount(0);

  complaints.expect(500, /\/api\/v1\/auctions/);
  await page.route('**/api/v1/auctions?*', (route) =>
    route.fulfill({ status: 500, json: { error: 'INTERNAL_ERROR', message: 'No.' } }),
  );
  // A page that is opened anew brings its lots along; what is asked for after that is fetched.
  await page.getByRole('link', { name: 'Ended', exact: true }).click();
  await expect(seenOn(page).getByText('The lots could not be fetched.')).toBeVisible({
    timeout: 20_000,
  });
  await page.unroute('**/api/v1/auctions?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(seenOn(page).getByText('Nothing under the hammer here')).toBeVisible();
});
