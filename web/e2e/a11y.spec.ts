import AxeBuilder from '@axe-core/playwright';
import { aPicture } from './lot';
import { expect, test } from './test';

test('the main pages have no fault that axe can find', async ({ page }) => {
  test.setTimeout(90_000);
  const account = { email: 'sally@example.com', password: 'correct horse battery' };
  const expectNone = async (path: string, heading: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      // Before the page is opened: one that is switched while open is half in each for a moment.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.getByRole('heading', { name: heading })).toBeVisible();
      await expect(page.locator('[data-connection="live"]')).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations, `${path}, ${colorScheme}`).toEqual([]);
    }
  };
  await expectNone('/', 'Nothing under the hammer here');
  await expectNone('/sign-in', 'Sign in');
  await expectNone('/sign-up', 'Create your account');

  // The browser's own session: what is sent here sets its cookie.
  const registered = await page.request.post('/api/v1/auth/register', {
    data: { ...account, displayName: 'Sally' },
  });
  expect(registered.status()).toBe(201);
  const listed = await page.request.post('/api/v1/auctions', {
    multipart: {
      title: 'A mantel clock',
      description: 'Runs well.',
      category: 'furniture',
      startingPrice: '10',
      durationSeconds: '3600',
      images: aPicture(),
    },
  });
  expect(listed.status()).toBe(201);
  const { auctionId } = await listed.json();
  await expectNone('/', 'Open for bids');
  await expectNone('/sell', 'Sell something');
  await expectNone('/my/lots', 'My lots');
  await expectNone('/my/bids', 'My bids');
  // As the seller sees it, then with the form that everyone else gets.
  await expectNone(`/auctions/${auctionId}`, 'A mantel clock');
  await page.request.post('/api/v1/auth/logout');
  await page.request.post('/api/v1/auth/register', {
    data: { ...account, email: 'ann@example.com', displayName: 'Ann' },
  });
  await expectNone(`/auctions/${auctionId}`, 'A mantel clock');
});
