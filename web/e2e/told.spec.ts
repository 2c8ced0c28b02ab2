import { bid, lotOn, offerLot } from './lot';
import { expect, openAccountMenu, seenOn, test } from './test';

test('a watched lot is on the watchlist, and being outbid rings the bell at once', async ({
  register,
}) => {
  const seller = await register('Sally');
  const ann = await register('Ann');
  const bob = await register('Bob');
  const url = await offerLot(seller.page, { title: 'A mantel clock' });

  await ann.page.goto('/');
  await openAccountMenu(ann.page);
  await ann.page.getByRole('link', { name: 'Watchlist' }).click();
  await expect(seenOn(ann.page).getByText('You watch nothing yet.')).toBeVisible();
  await ann.page.goto(url);
  await ann.page.getByRole('button', { name: 'Watch A mantel clock' }).click();
  const stop = ann.page.getByRole('button', { name: 'Stop watching A mantel clock' });
  await expect(stop).toHaveText(/Watching\s*1/);
  // The house remembers, so that the page need not.
  await ann.page.reload();
  await expect(stop).toHaveText(/Watching\s*1/);
  await seller.page.reload();
  await expect(seenOn(seller.page).getByText('1 person watches this')).toBeVisible();

  await bid(ann.page, { amount: '10' });
  await expect(lotOn(ann.page).panel).toContainText('You lead');
  await ann.page.goto('/watchlist');
  await expect(ann.page.getByRole('link', { name: 'A mantel clock', exact: true })).toBeVisible();
  await expect(ann.page.getByRole('link', { name: 'Notifications', exact: true })).toBeVisible();

  await bob.page.goto(url);
  await bid(bob.page, { amount: '12' });
  const bell = ann.page.getByRole('link', { name: 'Notifications, 1 unread' });
  await expect(bell).toBeVisible();
  await expect(seenOn(ann.page).getByText('1 unread notification', { exact: true })).toBeAttached();
  await bell.click();
  await expect(seenOn(ann.page).getByText('You were outbid. The price is €12 now.')).toBeVisible();
  await ann.page.getByRole('link', { name: 'A mantel clock', exact: true }).first().click();
  await expect(lotOn(ann.page).panel).toContainText('You have been outbid');
  await expect(ann.page.getByRole('link', { name: 'Notifications', exact: true })).toBeVisible();

  await ann.page.getByRole('button', { name: 'Stop watching A mantel clock' }).click();
  await expect(ann.page.getByRole('button', { name: 'Watch A mantel clock' })).toBeVisible();
  await ann.page.goto('/watchlist');
  await expect(seenOn(ann.page).getByText('You watch nothing yet.')).toBeVisible();
});

test('a guest who wants to watch signs in first, and a refused wish is undone', async ({
  complaints,
  guest,
  register,
}) => {
  const seller = await register('Sally');
  const url = await offerLot(seller.page, { title: 'A mantel clock' });
  const stranger = await guest();
  await stranger.goto(url);
  await stranger.getByRole('link', { name: 'Watch A mantel clock' }).click();
  await expect(stranger.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  const ann = await register('Ann');
  await ann.page.goto(url);
  complaints.expect(409, /\/users\/me\/watchlist/);
  const refusal = { error: 'CONFLICT', message: 'Too many.' };
  await ann.page.route('**/users/me/watchlist', (route) =>
    route.fulfill({ status: 409, json: refusal }),
  );
  await ann.page.getByRole('button', { name: 'Watch A mantel clock' }).click();
  await expect(seenOn(ann.page).getByText('Somebody changed this meanwhile')).toBeVisible();
  await expect(ann.page.getByRole('button', { name: 'Watch A mantel clock' })).toHaveText('Watch');
});

test('what one is told can be switched off, kind by kind', async ({ register }) => {
  const { page } = await register('Ann');
  await page.goto('/account/notifications');
  const outbid = page.getByRole('checkbox', { name: 'Somebody outbids you, By mail' });
  await expect(outbid).toBeChecked();
  await outbid.click();
  await expect(outbid).not.toBeChecked();
  await expect(seenOn(page).getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(outbid).not.toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Somebody outbids you, Here' })).toBeChecked();
});
