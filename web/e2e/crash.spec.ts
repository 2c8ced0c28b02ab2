import type { Route } from '@playwright/test';
import { bid, lotOn, offerLot } from './lot';
import { expect, seenOn, test } from './test';

test('a house that was killed comes back, and no bid is lost or doubled', async ({
  house,
  complaints,
  register,
}) => {
  const seller = await register('Sally');
  const ann = await register('Ann');
  const bob = await register('Bob');
  const url = await offerLot(seller.page, { title: 'A mantel clock' });
  await Promise.all([ann.page.goto(url), bob.page.goto(url)]);
  const both = [ann.page, bob.page];
  for (const page of both) await expect(lotOn(page).connection).toHaveText('Live');

  await bid(ann.page, { amount: '10' });
  await bid(bob.page, { amount: '12' });
  for (const page of both) await expect(lotOn(page).price).toHaveText('€12');

  await complaints.whileHouseIsAway(async () => {
    // The worst moment: the bid is stored, and the house dies before its answer is on the way.
    const killBeforeAnswer = async (route: Route) => {
      await route.fetch();
      await house.kill9();
      await route.abort('connectionreset');
    };
    await ann.page.route('**/auctions/*/bids', killBeforeAnswer, { times: 1 });
    await bid(ann.page, { amount: '15' });
    await expect(lotOn(ann.page).panel).toContainText('No answer yet. Your bid of €15');
    for (const page of both) {
      await expect(lotOn(page).connection).toHaveText('Reconnecting');
      await expect(seenOn(page).getByText('Prices on this page may be old')).toBeVisible();
    }

    await house.start();
    for (const page of both) {
      await expect(lotOn(page).connection).toHaveText('Live', { timeout: 30_000 });
      await expect(seenOn(page).getByText('Prices on this page may be old')).toBeHidden();
    }
  });

  // Asked again with the same key, the house gives its first answer and takes no second bid.
  await expect(lotOn(ann.page).panel).toContainText('Your bid was taken', { timeout: 30_000 });
  await expect(lotOn(ann.page).panel).toContainText('You lead');
  await expect(lotOn(bob.page).panel).toContainText('You have been outbid');
  await bid(bob.page, { amount: '20' });
  await expect(lotOn(ann.page).panel).toContainText('You have been outbid');
  for (const page of [...both, seller.page]) {
    await expect(lotOn(page).price).toHaveText('€20');
    await expect.poll(lotOn(page).amounts).toEqual(['€20', '€15', '€12', '€10']);
  }
});
