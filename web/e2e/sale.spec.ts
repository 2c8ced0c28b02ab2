import { bid, holdBids, lotOn, offerLot } from './lot';
import { expect, test } from './test';

test('a lot from its listing to its sale, seen live by everyone', async ({ register }) => {
  test.setTimeout(120_000);
  const seller = await register('Sally');
  const ann = await register('Ann');
  const bob = await register('Bob');

  const url = await offerLot(seller.page, { title: 'A mantel clock', endsIn: 45 });
  const people = [seller, ann, bob];
  await Promise.all([ann.page.goto(url), bob.page.goto(url)]);
  for (const { page } of people) {
    await expect(lotOn(page).price).toHaveText('€10');
    await expect(lotOn(page).connection).toHaveText('Live');
    await expect
      .poll(() =>
        page
          .getByRole('img')
          .first()
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBeGreaterThan(0);
  }
  await expect(lotOn(seller.page).panel).toContainText('This is your lot');

  await test.step('a plain bid is beaten, and its bidder told so at once', async () => {
    await bid(ann.page, { amount: '10' });
    await expect(lotOn(ann.page).panel).toContainText('You lead');
    const release = await holdBids(bob.page);
    await bid(bob.page, { amount: '12' });
    // Shown at once, marked as not confirmed, and the house's price beside it.
    const { price, panel } = lotOn(bob.page);
    await expect(price).toHaveText('€12');
    await expect(price).toHaveAttribute('data-pending-price', '12');
    await expect(price).toHaveAttribute('data-price', '10');
    await expect(panel).toContainText('Your bid, being confirmed');
    release();
    await expect(panel).toContainText('You lead');
    await expect(price).toHaveAttribute('data-price', '12');
    await expect(price).not.toHaveAttribute('data-pending-price');
    await expect(lotOn(ann.page).panel).toContainText('You have been outbid');
    for (const { page } of people) await expect(lotOn(page).price).toHaveText('€12');
    // The house remembers, so that the page need not.
    await ann.page.reload();
    await expect(lotOn(ann.page).panel).toContainText('You have been outbid');
  });

  await test.step('an auto-bid answers, and shows in the history as what it is', async () => {
    await bid(ann.page, { amount: '13', max: '50' });
    await expect(lotOn(ann.page).panel).toContainText('You lead. Your maximum is €50');
    await bid(bob.page, { amount: '20' });
    await expect(lotOn(bob.page).panel).toContainText('another bidder’s maximum is higher');
    await expect(lotOn(ann.page).panel).toContainText('You lead. Your maximum is €50');
    for (const { page } of people) {
      await expect(lotOn(page).price).toHaveText('€21');
      await expect(lotOn(page).row('€21')).toContainText('auto-bid');
    }
    await expect(lotOn(bob.page).panel).not.toContainText('€50');
  });

  await test.step('a bid in the last moment moves the close for everyone', async () => {
    await expect(lotOn(bob.page).timeLeft).toHaveText(/^\d\.\ds left$/, { timeout: 60_000 });
    await bid(bob.page, { amount: '60' });
    for (const { page } of people) {
      await expect(lotOn(page).panel).toContainText(/\+0:\d\d added/);
      // One step above the beaten maximum, and not all that was offered.
      await expect(lotOn(page).price).toHaveText('€51');
    }
  });

  await test.step('it closes, and everyone sees the result without asking', async () => {
    const sold = { timeout: 30_000 };
    for (const { page } of people) {
      await expect(lotOn(page).panel).toContainText('Sold for €51', sold);
    }
    await expect(lotOn(bob.page).panel).toContainText('You won');
    await expect(lotOn(ann.page).panel).toContainText('You did not win this lot');
    await expect(lotOn(seller.page).panel.getByText(bob.name)).toBeVisible();
    await expect(lotOn(seller.page).panel.getByRole('link', { name: bob.email })).toBeVisible();
    await expect(lotOn(bob.page).panel.getByRole('link', { name: seller.email })).toBeVisible();
    await expect(lotOn(bob.page).panel).not.toContainText(ann.email);
    await expect(lotOn(ann.page).panel).not.toContainText('@example.com');
  });

  await test.step('the history is the whole price path, after a reload too', async () => {
    await ann.page.reload();
    await expect(lotOn(ann.page).panel).toContainText('You did not win this lot');
    for (const { page } of people) {
      await expect
        .poll(lotOn(page).amounts)
        .toEqual(['€51', '€50', '€21', '€20', '€13', '€12', '€10']);
    }
  });
});
