import type { Page } from '@playwright/test';
import { aPicture, lotOn } from './lot';
import { expect, password, test } from './test';

/** How far a page can be moved sideways, in CSS pixels. */
const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

interface Odd {
  title: string;
  description?: string;
  category?: string;
  startingPrice?: number;
  bidIncrement?: number;
}

const odd: Odd[] = [
  { title: 'W'.repeat(120), description: 'w'.repeat(10_000), category: 'w'.repeat(40) },
  { title: `A ${'remarkable '.repeat(10)}clock`, description: 'It runs. '.repeat(1_111) },
  { title: 'ساعة حائط قديمة من خشب الجوز', description: 'ساعة بحالة جيدة.' },
  { title: 'A diamond', startingPrice: 987_654_321.99, bidIncrement: 123_456.78 },
];

test('whatever a lot is called, says and costs, its pages keep their width', async ({
  guest,
  register,
}) => {
  const { page: seller } = await register('Sally');
  const offer = async (lot: Odd) => {
    const answer = await seller.request.post('/api/v1/auctions', {
      data: { category: 'furniture', startingPrice: 10, durationSeconds: 3600, ...lot },
    });
    expect(answer.status()).toBe(201);
    return `/auctions/${(await answer.json()).auctionId}`;
  };
  const { page } = await register('W'.repeat(40));
  for (const lot of odd) {
    const path = await offer(lot);
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(lot.title);
    await expect(lotOn(page).panel.getByRole('button', { name: 'Review bid' })).toBeVisible();
    expect.soft(await sideways(page), lot.title).toBe(0);
  }
  await page.goto('/');
  await expect(page.getByRole('article')).toHaveCount(odd.length);
  expect.soft(await sideways(page), 'the list').toBe(0);
  const stranger = await guest();
  await stranger.goto(
    '/?search=wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww',
  );
  await expect(stranger.getByRole('heading', { level: 1 })).toBeVisible();
  expect.soft(await sideways(stranger), 'a search').toBe(0);
});

test('ten pictures and two hundred bids: every one of them can be reached', async ({
  guest,
  register,
}) => {
  const { page: seller } = await register('Sally');
  const answer = await seller.request.post('/api/v1/auctions', {
    data: {
      title: 'A mantel clock',
      category: 'furniture',
      startingPrice: 1,
      bidIncrement: 1,
      durationSeconds: 3600,
    },
  });
  const path = `/auctions/${(await answer.json()).auctionId}`;
  for (let n = 0; n < 10; n += 1) {
    const images = aPicture(200 + n * 10, 150);
    const sent = await seller.request.post(`/api/v1${path}/images`, { multipart: { images } });
    expect(sent.status()).toBe(201);
  }
  const bidders = [await guest(), await guest()] as const;
  for (const [n, { request }] of bidders.entries()) {
    const data = { email: `bidder${n}@example.com`, password, displayName: `Bidder ${n}` };
    expect((await request.post('/api/v1/auth/register', { data })).status()).toBe(201);
  }
  for (let amount = 1; amount <= 200; amount += 1) {
    const { request } = bidders[amount % 2 === 0 ? 0 : 1];
    const sent = await request.post(`/api/v1${path}/bids`, { data: { amount } });
    expect(sent.status()).toBe(201);
  }

  const page = bidders[0];
  await page.goto(path);
  await expect(lotOn(page).panel).toContainText('200 bids');
  expect(await sideways(page)).toBe(0);
  await page.getByRole('button', { name: 'Show picture 10 of 10' }).click();
  await expect(page.getByRole('img', { name: 'A mantel clock, picture 10 of 10' })).toBeVisible();
  const older = page.getByRole('button', { name: 'Older bids' });
  const seen: string[] = [];
  for (;;) {
    const last = seen.at(-1);
    await expect.poll(async () => (await lotOn(page).amounts())[0]).not.toBe(last);
    await expect.poll(async () => (await lotOn(page).amounts())[0]).toBe(`€${200 - seen.length}`);
    seen.push(...(await lotOn(page).amounts()));
    if (await older.isDisabled()) break;
    await older.click();
  }
  expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => `€${200 - n}`));
});
