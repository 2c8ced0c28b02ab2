import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import pages from '../src/routes/pages.json' with { type: 'json' };
import type { House } from './house';
import { aPicture } from './lot';
import { expect, password, test } from './test';

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

type Pattern = keyof typeof pages;

/** What the addresses of a walk are made of. */
interface Known {
  auctionId: string;
  draft: string;
  seller: string;
  /** The link that the house printed for its first admin. */
  firstAdmin: string;
}

/** A page, a heading that says it is there, and its address where the pattern is not that. */
type Row = [page: Pattern, heading: string, address?: (known: Known) => string];

const lot = ({ auctionId }: Known) => `/auctions/${auctionId}`;

const ofGuests: Row[] = [
  ['/', 'Nothing under the hammer here', () => '/?search=nothing-of-this-name'],
  ['/', 'Open for bids'],
  ['/auctions/$auctionId', 'A mantel clock', lot],
  ['/sellers/$sellerId', 'Sally', ({ seller }) => `/sellers/${seller}`],
  ['/sign-in', 'Sign in'],
  ['/sign-up', 'Create your account'],
  ['/forgot-password', 'Forgotten password'],
  ['/reset-password', 'Choose a new password'],
  ['/reset-password', 'Choose a new password', () => '/reset-password#a-link'],
  ['/first-admin', 'The first admin', ({ firstAdmin }) => firstAdmin],
  ['/admin', 'This page is not for you'],
  ['/docs', 'Live messages'],
];
const ofSeller: Row[] = [
  ['/', 'Open for bids'],
  ['/sell', 'Sell something'],
  ['/my/lots', 'My lots'],
  ['/my/bids', 'My bids'],
  ['/auctions/$auctionId', 'A draft', ({ draft }) => `/auctions/${draft}`],
  ['/auctions/$auctionId/edit', 'Your draft', ({ draft }) => `/auctions/${draft}/edit`],
  ['/auctions/$auctionId/edit', 'Change your lot', (known) => `${lot(known)}/edit`],
  ['/auctions/$auctionId', 'A mantel clock', lot],
  ['/account', 'Account'],
  ['/account/sessions', 'Sessions'],
  ['/account/tokens', 'API tokens'],
  ['/account/notifications', 'Notifications'],
];
// Outbid, so that there is something to be told, and in charge, so that there is all to be seen.
const ofBidder: Row[] = [
  ['/auctions/$auctionId', 'A mantel clock', lot],
  ['/watchlist', 'Watchlist'],
  ['/my/bids', 'My bids'],
  ['/notifications', 'Notifications'],
  ['/admin', 'Run the house'],
  ['/admin/users', 'Run the house'],
  ['/admin/lots', 'Run the house'],
  ['/admin/audit', 'Run the house'],
];

test('every page is walked through below', () => {
  const walked = new Set([...ofGuests, ...ofSeller, ...ofBidder].map(([page]) => page));
  expect([...walked].sort()).toEqual(Object.keys(pages).sort());
});

const account = (name: string) => ({
  email: `${name.toLowerCase()}@example.com`,
  password,
  displayName: name,
});

interface Walk {
  house: House;
  page: Page;
  hasTouch: boolean;
}

/** A house with something in it. Whoever the page belongs to is Sally, who sells. */
async function furnish({ house, page }: Walk): Promise<Known> {
  const firstAdmin = new URL(house.firstAdminLink());
  const registered = await page.request.post('/api/v1/auth/register', { data: account('Sally') });
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
  const kept = await page.request.post('/api/v1/auctions', {
    data: { title: 'A draft', category: 'furniture', startingPrice: 10, draft: true },
  });
  await page.request.post('/api/v1/users/me/tokens', { data: { name: 'Price watcher' } });
  return {
    auctionId: (await listed.json()).auctionId,
    draft: (await kept.json()).auctionId,
    seller: (await registered.json()).id,
    firstAdmin: `${firstAdmin.pathname}${firstAdmin.hash}`,
  };
}

/** On the page about the API, hundreds of the same two components: the first of each stand for them. */
const alike = ['details.panel ~ details.panel', 'section.panel ~ section.panel'];

/** Looks at each page in both schemes: axe, the one voice, and targets where there are fingers. */
async function walk({ page, hasTouch }: Walk, rows: Row[], known: Known): Promise<void> {
  for (const [pattern, heading, address] of rows) {
    const path = address?.(known) ?? pattern;
    for (const colorScheme of ['light', 'dark'] as const) {
      // Before the page is opened: one that is switched while open is half in each for a moment.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto('about:blank');
      await page.goto(path);
      await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
      await expect(page.locator('[data-connection="live"]')).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      const axe = new AxeBuilder({ page });
      if (pattern === '/docs') for (const others of alike) axe.exclude(others);
      const { violations } = await axe.analyze();
      expect.soft(violations, `${path}, ${colorScheme}`).toEqual([]);
    }
    // One voice alone, so that nothing is said twice or talked over; dialogs stand for themselves.
    const voices = page.locator(':is([aria-live], [role=status]):not(dialog *)');
    await expect.soft(voices, path).toHaveCount(1);
    if (hasTouch) expect.soft(await smallTargets(page), path).toEqual([]);
  }
}

test.describe('no page has a fault that axe can find, nor a target that a finger could miss', () => {
  test.describe.configure({ timeout: 240_000 });
  test.skip(
    ({ viewport }) => viewport?.width === 820,
    'a tablet has the controls of the phone in the frame of the desktop',
  );

  test('a guest’s', async ({ house, page, hasTouch, guest }) => {
    const known = await furnish({ house, page: await guest(), hasTouch });
    await walk({ house, page, hasTouch }, ofGuests, known);
  });

  test('a seller’s', async ({ house, page, hasTouch }) => {
    const own = { house, page, hasTouch };
    await walk(own, ofSeller, await furnish(own));
  });

  test('a bidder’s who is in charge', async ({ house, page, hasTouch, guest }) => {
    const known = await furnish({ house, page: await guest(), hasTouch });
    const bids = `/api/v1/auctions/${known.auctionId}/bids`;
    await page.request.post('/api/v1/auth/register', { data: account('Ann') });
    const { auctionId } = known;
    await page.request.post('/api/v1/users/me/watchlist', { data: { auctionId } });
    await page.request.post(bids, { data: { amount: 10 } });
    const { request } = await guest();
    await request.post('/api/v1/auth/register', { data: account('Bob') });
    await request.post(bids, { data: { amount: 20 } });
    await house.promote('ann@example.com');
    // Who is in charge is told by a session that began after.
    await page.request.post('/api/v1/auth/logout');
    await page.request.post('/api/v1/auth/login', {
      data: { email: 'ann@example.com', password },
    });
    await walk({ house, page, hasTouch }, ofBidder, known);
  });
});
