import { bid, lotOn, offerLot } from './lot';
import { expect, seenOn, test } from './test';

test('those in charge move a close and withdraw a lot, and everyone is told why', async ({
  house,
  register,
}) => {
  const seller = await register('Sally');
  const ann = await register('Ann');
  const ada = await register('Ada');
  await house.promote(ada.email);
  const url = await offerLot(seller.page, { title: 'A mantel clock' });
  await ann.page.goto(url);
  await expect(lotOn(ann.page).connection).toHaveText('Live');
  await bid(ann.page, { amount: '10' });
  await expect(lotOn(ann.page).panel).toContainText('You lead');

  const admin = ada.page;
  await admin.goto('/admin/lots');
  await admin.getByLabel('Words in the title').fill('mantel');
  await admin.getByRole('button', { name: 'Apply' }).click();
  const row = admin.getByRole('row').filter({ hasText: 'A mantel clock' });
  await expect(row).toContainText(seller.email);
  await expect(row).toContainText(ann.email);
  await admin.getByRole('button', { name: 'Extend A mantel clock' }).click();
  const extend = admin.getByRole('dialog', { name: 'Extend “A mantel clock”?' });
  await extend.getByLabel('Reason').fill('The house was closed for an hour.');
  await extend.getByRole('button', { name: 'Move the close' }).click();
  await expect(extend).toBeHidden();
  for (const { page } of [seller, ann]) {
    await expect(lotOn(page).panel).toContainText('The house moved the close by 1h 00m');
    await expect(lotOn(page).timeLeft).toHaveText(/^1h \d\dm left$/);
  }

  await admin.getByRole('button', { name: 'Cancel A mantel clock' }).click();
  const cancel = admin.getByRole('dialog', { name: 'Cancel “A mantel clock”?' });
  await cancel.getByRole('button', { name: 'Cancel the lot' }).click();
  // Nothing is withdrawn without a reason.
  await expect(cancel).toBeVisible();
  await cancel.getByLabel('Reason').fill('It is not theirs to sell.');
  await cancel.getByRole('button', { name: 'Cancel the lot' }).click();
  await expect(cancel).toBeHidden();
  await expect(row).toContainText('It is not theirs to sell.');
  for (const { page } of [seller, ann]) {
    await expect(lotOn(page).panel).toContainText('Cancelled');
    await page.getByRole('link', { name: /^Notifications, \d unread/ }).click();
    await expect(seenOn(page).getByText('Reason: It is not theirs to sell.')).toBeVisible();
  }

  await admin.getByRole('link', { name: 'Audit log' }).click();
  await admin.getByLabel('Action').selectOption('Lot cancelled');
  await admin.getByRole('button', { name: 'Apply' }).click();
  await expect(admin).toHaveURL(/action=auction.cancel/);
  await expect(admin.getByRole('row')).toHaveCount(2);
  await expect(admin.getByRole('row').last()).toContainText('It is not theirs to sell.');
  await admin.getByRole('link', { name: 'Figures' }).click();
  await expect(admin.getByRole('img', { name: /^Bids a day from/ })).toBeVisible();
});

test('the API is read at /docs, under the same strict policy as all pages', async ({ guest }) => {
  const page = await guest();
  const answer = await page.goto('/docs');
  expect(answer?.headers()['content-security-policy']).toContain("script-src 'self';");
  await expect(page.getByRole('heading', { name: 'Live messages' })).toBeVisible();
  const call = page.locator('details').filter({ hasText: 'POST/api/v1/auctions/{id}/bids' });
  await call.locator('summary').click();
  await expect(call).toContainText('X-Idempotency-Key');
  await expect(call).toContainText('AUCTION_ENDED');
  await expect(page.locator('#WsMessage')).toContainText('timestamp');
  await expect(page.locator('#ClientMessage')).toContainText('"subscribe"');
});
