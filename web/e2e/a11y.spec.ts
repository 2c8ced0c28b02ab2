import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import pages from '../src/routes/pages.json' with { type: 'json' };
import { aPicture } from './lot';
import { expect, test } from './test';

/** Fingers need this much, whichever way they come (in CSS pixels). */
const target_px_min = 44;

/** What a finger could miss: controls that are smaller, but for links in a sentence. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const controls = 'a[href], button, input, select, textarea, summary, [role="button"]';
    const isSmall = (element: Element) => {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
        return false;
      // A control's words are part of it; what is for screen readers alone is not touched.
      const label = element.closest('label') ?? (element as HTMLInputElement).labels?.[0];
      const boxes = [element, ...(element.matches('input') && label ? [label] : [])];
      const all = boxes.map((box) => box.getBoundingClientRect());
      const height = Math.max(...all.map((box) => box.height));
      const width = Math.max(...all.map((box) => box.width));
      // A card's link is as large as the card.
      const over = getComputedStyle(element, '::after');
      if (over.position === 'absolute' && over.content !== 'none') return false;
      if (width <= 1 || getComputedStyle(element).display === 'inline') return false;
      return height < least - 0.5 || width < least - 0.5;
    };
    return [...document.querySelectorAll(controls)].filter(isSmall).map((element) => {
      const { width, height } = element.getBoundingClientRect();
      const words = element.getAttribute('aria-label') ?? element.textContent;
      return `${element.tagName} “${words}” ${Math.round(width)} × ${Math.round(height)}`;
    });
  }, target_px_min);
}

test('no page has a fault that axe can find, nor a target that a finger could miss', async ({
  house,
  page,
  hasTouch,
}) => {
  test.setTimeout(300_000);
  const account = { email: 'sally@example.com', password: 'correct horse battery' };
  const seen = new Set<string>();
  const expectNone = async (path: string, heading: string) => {
    seen.add(patternOf(new URL(path, house.url).pathname));
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(path);
    await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
    await expect(page.locator('[data-connection="live"]')).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // What changes its colour is half in each scheme for a moment.
      await page.waitForFunction(() => document.getAnimations().length === 0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect.soft(violations, `${path}, ${colorScheme}`).toEqual([]);
    }
    if (hasTouch) expect.soft(await smallTargets(page), path).toEqual([]);
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

  // A page that is new fails here until it has a line above.
  expect([...seen].sort()).toEqual(Object.keys(pages).sort());
});

/** The line of the table of pages that an address belongs to. */
function patternOf(path: string): string {
  const isOf = (pattern: string) =>
    new RegExp(`^${pattern.replace(/\$\w+/g, '[^/]+')}$`).test(path);
  return Object.keys(pages).find(isOf) ?? path;
}
