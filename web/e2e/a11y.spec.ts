import AxeBuilder from '@axe-core/playwright';
import { aPicture } from './lot';
import { expect, test } from './test';

test('the pages have no fault that axe can find', async ({ house, page }) => {
  test.setTimeout(300_000);
  const account = { email: 'sally@example.com', password: 'correct horse battery' };
  const expectNone = async (path: string, heading: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      // Before the page is opened: one that is switched while open is half in each for a moment.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path);
      await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
      await expect(page.locator('[data-connection="live"]')).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations, `${path}, ${colorScheme}`).toEqual([]);
    }
  };
  const signOut = async () => {
    // A page that is open would go on asking as whoever it was.
    await page.goto('about:blank');
    await page.request.post('/api/v1/auth/logout');
  };
  await expectNone('/', 'Nothing under the hammer here');
  await expectNone('/sign-in', 'Sign in');
  await expectNone('/sign-up', 'Create your account');
  await expectNone('/forgot-password', 'Forgotten password');
  await expectNone('/reset-password', 'Choose a new password');
  await expectNone('/reset-password#a-link', 'Choose a new password');
  const { pathname, hash } = new URL(house.firstAdminLink());
  await expectNone(`${pathname}${hash}`, 'The first admin');
  await expectNone('/admin', 'This page is not for you');
  await expectNone('/docs', 'Live messages');

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
  const seller = (await registered.json()).id;
  const kept = await page.request.post('/api/v1/auctions', {
    data: { title: 'A draft', category: 'furniture', startingPrice: 10, draft: true },
  });
  const { auctionId: draft } = await kept.json();
  await expectNone('/', 'Open for bids');
  await expectNone('/sell', 'Sell something');
  await expectNone('/my/lots', 'My lots');
  await expectNone('/my/bids', 'My bids');
  await expectNone(`/auctions/${draft}`, 'A draft');
  await expectNone(`/auctions/${draft}/edit`, 'Your draft');
  await expectNone(`/auctions/${auctionId}/edit`, 'Change your lot');
  await expectNone(`/sellers/${seller}`, 'Sally');
  await page.request.post('/api/v1/users/me/tokens', { data: { name: 'Price watcher' } });
  await expectNone('/account', 'Account');
  await expectNone('/account/sessions', 'Sessions');
  await expectNone('/account/tokens', 'API tokens');
  await expectNone('/account/notifications', 'Notifications');
  // As the seller sees it, then with the form that everyone else gets.
  await expectNone(`/auctions/${auctionId}`, 'A mantel clock');
  await signOut();
  await page.request.post('/api/v1/auth/register', {
    data: { ...account, email: 'ann@example.com', displayName: 'Ann' },
  });
  await expectNone(`/auctions/${auctionId}`, 'A mantel clock');
  await page.request.post('/api/v1/users/me/watchlist', { data: { auctionId } });
  await expectNone('/watchlist', 'Watchlist');

  // Outbid, so that there is something to be told, and in charge, so that there is all to be seen.
  const bids = `/api/v1/auctions/${auctionId}/bids`;
  await page.request.post(bids, { data: { amount: 10 } });
  await signOut();
  await page.request.post('/api/v1/auth/register', {
    data: { ...account, email: 'bob@example.com', displayName: 'Bob' },
  });
  await page.request.post(bids, { data: { amount: 20 } });
  await signOut();
  await house.promote('ann@example.com');
  await page.request.post('/api/v1/auth/login', {
    data: { email: 'ann@example.com', password: account.password },
  });
  await expectNone('/notifications', 'Notifications');
  await expectNone('/admin', 'Run the house');
  await expectNone('/admin/users', 'Run the house');
  await expectNone('/admin/lots', 'Run the house');
  await expectNone('/admin/audit', 'Run the house');
});
