import type { Locator, Page } from '@playwright/test';
import { lotOn } from './lot';
import { offerMany } from './many';
import { expect, password, signIn, test } from './test';

/** Counts what somebody presses; what they type is not counted. */
function presses() {
  let count = 0;
  return {
    press: async (what: Locator) => {
      count += 1;
      await what.click();
    },
    get count() {
      return count;
    },
  };
}

/** The least bid, by its button and the confirmation. */
async function quickBid(page: Page, press: (what: Locator) => Promise<void>) {
  await press(lotOn(page).panel.getByRole('button', { name: 'Bid €11', exact: true }));
  const dialog = page.getByRole('dialog', { name: 'Confirm your bid' });
  await press(dialog.getByRole('button', { name: 'Bid €11', exact: true }));
}

test('a returning bidder bids in two clicks', async ({ guest, register }) => {
  const seller = await register('Sally');
  const [id] = await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const ann = await register('Ann');
  const page = await guest();
  await signIn(page, ann.email);
  await page.goto(`/auctions/${id}`);
  const hand = presses();
  await quickBid(page, hand.press);
  await expect(lotOn(page).panel).toContainText('You lead');
  expect(hand.count).toBe(2);
});

test('whoever comes to the house for the first time bids in five clicks, sign-up included', async ({
  guest,
  register,
}) => {
  const seller = await register('Sally');
  const [id] = await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const page = await guest();
  await page.goto('/');
  const hand = presses();
  await hand.press(page.getByRole('link', { name: 'A mantel clock', exact: true }));
  await hand.press(lotOn(page).panel.getByRole('link', { name: 'Create an account to bid' }));
  await page.getByLabel('Display name').fill('Ann');
  await page.getByLabel('Email').fill('ann@example.com');
  await page.getByLabel('Password').fill(password);
  await hand.press(page.getByRole('button', { name: 'Create account' }));
  await expect(page).toHaveURL(`/auctions/${id}`);
  await quickBid(page, hand.press);
  await expect(lotOn(page).panel).toContainText('You lead');
  expect(hand.count).toBeLessThanOrEqual(5);
});
