import type { Page } from '@playwright/test';
import { lotOn, offerLot } from './lot';
import { expect, openAccountMenu, seenOn, test } from './test';

const hostile = '</script><img src=x onerror=alert(1)> "Clock"';

/** The addresses that a page asks the API for. */
function askedOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname);
  });
  return asked;
}

test('a lot is there without a first fetch, with all that search engines read', async ({
  register,
  guest,
}) => {
  const { page: seller } = await register('Mae');
  const url = await offerLot(seller, { title: 'Mantel clock' });
  const page = await guest();
  const asked = askedOf(page);
  await page.goto(url);
  await expect(page.getByRole('heading', { name: 'Mantel clock' })).toBeVisible();
  await expect(lotOn(page).price).toHaveText('€10');
  const { pathname } = new URL(url);
  expect(asked).not.toContain(`/api/v1${pathname}`);
  expect(asked).not.toContain('/api/v1/auth/me');
  expect(asked).not.toContain('/api/v1/categories');

  await expect(page).toHaveTitle('Mantel clock · Gavel');
  await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', url);
  await expect(page.locator('meta[property="og:title"]')).toHaveAttribute(
    'content',
    'Mantel clock',
  );
  await expect(page.locator('meta[property="og:image"]')).toHaveAttribute('content', /\/media\//);
  const data = await page.locator('script[type="application/ld+json"]').textContent();
  expect(JSON.parse(data ?? '')).toMatchObject({
    '@type': 'Product',
    name: 'Mantel clock',
    offers: { price: 10, priceCurrency: 'EUR' },
  });
});

test('the list is there without a first fetch, narrowed as the address says', async ({
  register,
  guest,
}) => {
  const { page: seller } = await register('Mae');
  await offerLot(seller, { title: 'Mantel clock' });
  const page = await guest();
  const asked = askedOf(page);
  for (const address of ['/', '/?sort=priceUp&max=90&search=clock']) {
    await page.goto(address);
    await expect(page.getByRole('link', { name: 'Mantel clock', exact: true })).toBeVisible();
    expect(asked).toEqual([]);
  }
});

test('a hostile title is text everywhere', async ({ register, guest }) => {
  const { page: seller } = await register('Mae');
  const url = await offerLot(seller, { title: hostile });
  const page = await guest();
  // What runs would say so; a complaint fails the test as well.
  page.on('dialog', () => {
    throw new Error('the title ran');
  });
  await page.goto(url);
  await expect(page.getByRole('heading', { name: hostile })).toBeVisible();
  await expect(page).toHaveTitle(`${hostile} · Gavel`);
  await expect(page.locator('img[src=x]')).toHaveCount(0);
});

test('an address without a page is told by the app and by the status', async ({
  guest,
  complaints,
}) => {
  complaints.expect(404, /.*/);
  const page = await guest();
  const nobody = '/auctions/01a20b47-cf1a-703f-86fe-12872f71356a';
  for (const address of ['/nowhere', nobody]) {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(404);
    await expect(
      page.getByRole('heading', { name: 'There is nothing at this address' }),
    ).toBeVisible();
  }
});

test('the language is chosen on the page and stays', async ({ guest }) => {
  const page = await guest();
  await page.goto('/');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Offen für Gebote');
  await page.goto('/sign-in');
  await expect(page.getByRole('heading', { name: 'Anmelden' })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('what was read can be read offline, until one signs out; bids are refused', async ({
  complaints,
  register,
}) => {
  const { page: seller } = await register('Mae');
  const url = await offerLot(seller, { title: 'Mantel clock' });
  // The bell, between the end of the session and that of its page.
  complaints.expect(401, /\/users\/me\/notifications/);
  const { page } = await register('Ned', { serviceWorkers: 'allow' });
  const context = page.context();
  await page.goto('/');
  await page.getByRole('link', { name: 'Mantel clock', exact: true }).click();
  await expect(lotOn(page).price).toHaveText('€10');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect(lotOn(page).price).toHaveText('€10');
  const reads = () =>
    page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith('read-'));
      const counts = await Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).length),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    });
  await expect.poll(reads).toBeGreaterThan(2);

  await complaints.whileHouseIsAway(async () => {
    await context.setOffline(true);
    await page.goto(url);
    await expect(page.getByRole('heading', { name: 'Mantel clock' })).toBeVisible();
    await expect(seenOn(page).getByText('You are offline.').first()).toBeVisible();
    await lotOn(page).panel.getByLabel('Your bid').fill('15');
    await lotOn(page).panel.getByRole('button', { name: 'Review bid' }).click();
    await expect(lotOn(page).panel.getByText('Your bid was not taken')).toBeVisible();
    await context.setOffline(false);
    await page.goto(url);
    await expect(lotOn(page).connection).toHaveAttribute('data-connection', 'live');
  });
  await expect(lotOn(page).price).toHaveText('€10');
  await openAccountMenu(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel(/^Account of/)).toHaveCount(0);
  const bidders = () =>
    page.evaluate(async () => (await caches.keys()).filter((name) => /^read-./.test(name)));
  await expect.poll(bidders).toEqual([]);
});

test('a page never opened before says offline that it needs a connection, and comes with it', async ({
  complaints,
  register,
}) => {
  const { page } = await register('Ned', { serviceWorkers: 'allow' });
  const context = page.context();
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await expect(page.getByLabel(/^Account of/)).toBeAttached();
  await complaints.whileHouseIsAway(async () => {
    await context.setOffline(true);
    await page.goto('/watchlist');
    await expect(
      page.getByRole('heading', { name: 'This page cannot be shown without a connection' }),
    ).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole('heading', { name: 'Watchlist' })).toBeVisible();
  });
});

test('a page that does not come at once with the connection is tried again', async ({
  complaints,
  register,
}) => {
  const { page } = await register('Ned');
  await page.goto('/');
  await openAccountMenu(page);
  await complaints.whileHouseIsAway(async () => {
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Watchlist' }).click();
    await expect(
      page.getByRole('heading', { name: 'This page cannot be shown without a connection' }),
    ).toBeVisible();
    await page.route('**/assets/mine.lazy*', (route) => route.abort(), { times: 2 });
    await page.context().setOffline(false);
    await expect(page.getByRole('heading', { name: 'Watchlist' })).toBeVisible();
  });
});

test('without scripts the page says at its top that it needs them', async ({ browser, house }) => {
  const context = await browser.newContext({ baseURL: house.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/');
  const told = page.locator('noscript p');
  await expect(told).toContainText('needs JavaScript');
  await expect(told).toBeInViewport();
  await context.close();
});

test('nothing moves once it is there', async ({ register, guest }) => {
  const { page: seller } = await register('Mae');
  const url = await offerLot(seller, { title: 'Mantel clock' });
  const page = await guest();
  await page.addInitScript(() => {
    const kept = window as unknown as { shifted: number };
    kept.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
        kept.shifted += entry.value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const address of ['/', url]) {
    await page.goto(address);
    await expect(seenOn(page).getByText('Mantel clock').first()).toBeVisible();
    await expect(lotOn(page).connection).toHaveAttribute('data-connection', 'live');
    await page.waitForLoadState('networkidle');
    const shifted = await page.evaluate(() => (window as unknown as { shifted: number }).shifted);
    expect(shifted, address).toBeLessThanOrEqual(0.02);
  }
});
