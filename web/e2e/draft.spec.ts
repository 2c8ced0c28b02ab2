import { aPicture, bid, lotOn } from './lot';
import { expect, seenOn, test } from './test';

test('a draft is kept, changed, and put up for auction; what did not sell is offered again', async ({
  guest,
  register,
}) => {
  test.setTimeout(120_000);
  const { page } = await register('Sally');
  const stranger = await guest();

  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([aPicture()]);
  await page.getByLabel('Title').fill('A mantel clock');
  await page.getByLabel('Category').fill('Furniture');
  await page.getByLabel('Starting price').fill('10');
  await page.getByRole('button', { name: 'Save as a draft' }).click();
  await expect(page).toHaveURL(/\/my\/lots\?status=draft/);
  await page.getByRole('link', { name: 'A mantel clock', exact: true }).click();
  await expect(lotOn(page).panel).toContainText('This is your draft');
  const url = page.url();
  await lotOn(page).panel.getByRole('link', { name: 'Finish and publish' }).click();

  await expect(page.getByLabel('Title')).toHaveValue('A mantel clock');
  await page.getByLabel('Title').fill('A fine mantel clock');
  await page.getByLabel('Reserve').fill('50');
  await page.getByLabel('Add pictures').setInputFiles([aPicture(480, 640)]);
  await test.step('a picture is removed while the house still puts them in order', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/images/order', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Move picture 2 forward' }).click();
    await page.getByRole('button', { name: 'Remove picture 1' }).click();
    await expect(page.getByRole('button', { name: 'Remove picture 2' })).toBeHidden();
    const removed = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    letGo();
    await removed;
  });
  await page.getByRole('button', { name: 'Save the draft' }).click();
  await expect(seenOn(page).getByText('Saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('A fine mantel clock');
  await expect(page.getByRole('button', { name: 'Remove picture 1' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Remove picture 2' })).toBeHidden();
  await expect(page.getByLabel('Reserve')).toHaveValue('50');
  await page.getByRole('button', { name: 'Put up for auction' }).click();
  await expect(lotOn(page).panel).toContainText('This is your lot');
  await expect(page).toHaveURL(url);

  await test.step('until somebody bids, it can be changed where it stands', async () => {
    await stranger.goto(url);
    await expect(lotOn(stranger).connection).toHaveText('Live');
    await page.getByRole('link', { name: 'Change this lot' }).click();
    await page.getByLabel('Title').fill('A very fine mantel clock');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await expect(page.getByRole('heading', { name: 'A very fine mantel clock' })).toBeVisible();
    // Whoever looks at it sees the change without asking.
    await expect(stranger.getByRole('heading', { name: 'A very fine mantel clock' })).toBeVisible();
  });

  await test.step('once cancelled, it is offered again in one step', async () => {
    await page.getByRole('button', { name: 'Cancel this lot' }).click();
    await page.getByRole('button', { name: 'Cancel the lot' }).click();
    await page.getByRole('button', { name: 'Offer it again' }).click();
    await page.getByRole('button', { name: 'Offer it now' }).click();
    await expect(page).not.toHaveURL(url);
    await expect(lotOn(page).panel).toContainText('This is your lot');
    await expect(page.getByRole('heading', { name: 'A very fine mantel clock' })).toBeVisible();
  });

  await test.step('the seller has a page that everyone can see', async () => {
    await stranger.goto(page.url());
    await stranger.getByRole('link', { name: 'Sally' }).click();
    await expect(stranger.getByRole('heading', { name: 'Sally' })).toBeVisible();
    await expect(
      stranger.getByRole('link', { name: 'A very fine mantel clock', exact: true }),
    ).toBeVisible();
  });

  await test.step('with a bid on it, it is binding', async () => {
    const ann = await register('Ann');
    await ann.page.goto(page.url());
    await bid(ann.page, { amount: '10' });
    await expect(lotOn(ann.page).panel).toContainText('You lead');
    await expect(page.getByRole('link', { name: 'Change this lot' })).toBeHidden();
    await page.goto(`${page.url()}/edit`);
    await expect(seenOn(page).getByText('This lot can no longer be changed')).toBeVisible();
  });
});

test('a draft can be thrown away', async ({ register }) => {
  const { page } = await register('Sally');
  await page.goto('/sell');
  await page.getByLabel('Title').fill('A mantel clock');
  await page.getByLabel('Category').fill('Furniture');
  await page.getByLabel('Starting price').fill('10');
  await page.getByRole('button', { name: 'Save as a draft' }).click();
  await page.getByRole('link', { name: 'A mantel clock', exact: true }).click();
  await page.getByRole('link', { name: 'Finish and publish' }).click();
  await page.getByRole('button', { name: 'Delete the draft' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(seenOn(page).getByText('Nothing here.')).toBeVisible();
});
