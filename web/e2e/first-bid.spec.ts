import type { Page } from '@playwright/test';
import { lotOn } from './lot';
import { offerMany } from './many';
import { expect, password, signIn, test } from './test';

/** Counts what somebody presses; what they type is not counted. */
function presses(page: Page) {
  let count = 0;
  return {
    press: async (
      role: 'link' | 'button',
      name: string | RegExp,
      within: Page | 'panel' = page,
    ) => {
      count += 1;
      const place = within === 'panel' ? lotOn(page).panel : within;
      await place.getByRole(role, { name, exact: true }).first().click();
    },
    get count() {
      return count;
    },
  };
}

test('a returning bidder bids in two clicks', async ({ guest, register }) => {
  const seller = await register('Sally');
  const [id] = await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const ann = await register('Ann');
  const page = await guest();
  await signIn(page, ann.email);
  await page.goto(`/auctions/${id}`);
  const hand = presses(page);
  await hand.press('button', /€11/, 'panel');
  await hand.press('button', 'Bid €11', page);
  await expect(lotOn(page).panel).toContainText('You lead');
  expect(hand.count).toBe(2);
});

test('whoever comes to a lot for the first time bids in five clicks, sign-up included', async ({
  guest,
  register,
}) => {
  const seller = await register('Sally');
  const [id] = await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const page = await guest();
  await page.goto(`/auctions/${id}`);
  const hand = presses(page);
  await hand.press('link', 'Sign in to bid', 'panel');
  await hand.press('link', 'Create an account');
  await page.getByLabel('Display name').fill('Ann');
  await page.getByLabel('Email').fill('ann@example.com');
  await page.getByLabel('Password').fill(password);
  await hand.press('button', 'Create account');
  await expect(page).toHaveURL(`/auctions/${id}`);
  await hand.press('button', /€11/, 'panel');
  await hand.press('button', 'Bid €11');
  await expect(lotOn(page).panel).toContainText('You lead');
  expect(hand.count).toBeLessThanOrEqual(5);
});
