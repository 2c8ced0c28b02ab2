import type { Page } from '@playwright/test';
import { aPicture, lotOn } from './lot';
import { expect, seenOn, test } from './test';

/** A picture of a shape of its own, so that one can be told from the other. */
const wide = { ...aPicture(600, 300), name: 'wide.png' };
const tall = { ...aPicture(300, 600), name: 'tall.png' };

/** The pictures' shapes, in the order in which they are shown. */
const shapes = (page: Page) =>
  page
    .getByRole('group', { name: 'Pictures' })
    .getByRole('img')
    .evaluateAll((all: HTMLImageElement[]) =>
      all.map((img) => (img.naturalWidth > img.naturalHeight ? 'wide' : 'tall')),
    );

test('pictures chosen before the browser has looked what it kept are kept too', async ({
  register,
}) => {
  const { page } = await register('Sally');
  // A disk that takes its time.
  await page.addInitScript(() => {
    const open = indexedDB.open.bind(indexedDB);
    const slow = new Promise<void>((awake) => Object.assign(window, { awake }));
    indexedDB.open = (...asked) => {
      const request = open(...asked);
      let heard: IDBOpenDBRequest['onsuccess'] = null;
      request.addEventListener('success', (event) => {
        void slow.then(() => heard?.call(request, event));
      });
      Object.defineProperty(request, 'onsuccess', { set: (listener) => (heard = listener) });
      return request;
    };
  });
  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([wide, tall]);
  await page.getByLabel('Title').fill('A mantel clock');
  await expect(seenOn(page).getByText('Saved in this browser.')).toBeHidden();
  await page.evaluate('awake()');
  await expect(seenOn(page).getByText('Saved in this browser.')).toBeVisible();
  await page.reload();
  await page.evaluate('awake()');
  await expect.poll(() => shapes(page)).toEqual(['wide', 'tall']);
});

test('what is typed and chosen is saved by itself, and is there after a reload', async ({
  register,
}) => {
  const { page } = await register('Sally');
  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([wide, tall]);
  await page.getByLabel('Title').fill('A mantel clock');
  await page.getByLabel('Starting price').fill('12.50');
  await seenOn(page).getByText('7 days', { exact: true }).click();
  await page.getByLabel('Open later').check();
  await page.getByLabel('Opens at').fill('2040-01-02T10:00');
  await expect(seenOn(page).getByText('Saved in this browser.')).toBeVisible();

  await page.reload();
  await expect(seenOn(page).getByText('this is how you left it')).toBeVisible();
  await expect(page.getByLabel('Title')).toHaveValue('A mantel clock');
  await expect(page.getByLabel('Starting price')).toHaveValue('12.50');
  await expect(page.getByLabel('7 days')).toBeChecked();
  await expect(page.getByLabel('Opens at')).toHaveValue('2040-01-02T10:00');
  await expect.poll(() => shapes(page)).toEqual(['wide', 'tall']);
  const preview = page.getByRole('region', { name: 'As bidders will see it' });
  await expect(preview).toContainText('A mantel clock');
  await expect(preview).toContainText('€12.50');

  // Not even the pause after the last letter is needed.
  await page.getByLabel('Title').fill('A fine mantel clock');
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('A fine mantel clock');

  await page.getByRole('button', { name: 'Start over' }).click();
  await expect(page.getByLabel('Title')).toHaveValue('');
  await page.reload();
  await expect(page.getByLabel('Title')).toHaveValue('');
  await expect(page.getByRole('button', { name: 'Remove picture 1' })).toHaveCount(0);
});

test('the preview follows what is typed', async ({ register }) => {
  const { page } = await register('Sally');
  await page.goto('/sell');
  const preview = page.getByRole('region', { name: 'As bidders will see it' });
  await expect(preview).toContainText('No reserve');
  await page.getByLabel('Title').fill('A mantel clock');
  await page.getByLabel('Starting price').fill('1500');
  await page.getByLabel('Reserve').fill('2000');
  await seenOn(page).getByText('1 hour', { exact: true }).click();
  await expect(preview).toContainText('A mantel clock');
  await expect(preview).toContainText('€1,500');
  // Bidders are not told how much the reserve is, and neither is the preview's reader.
  await expect(preview).toContainText('Reserve not met');
  await expect(preview).not.toContainText('2,000');
  await expect(preview).toContainText('Open for 1 hour');
});

test('pictures are put in order by dragging them, and by keyboard', async ({ register }) => {
  const { page } = await register('Sally');
  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([wide, tall]);
  await expect.poll(() => shapes(page)).toEqual(['wide', 'tall']);
  const pictures = page.getByRole('group', { name: 'Pictures' }).getByRole('img');
  await pictures.nth(1).dragTo(pictures.nth(0));
  await expect.poll(() => shapes(page)).toEqual(['tall', 'wide']);

  await page.getByRole('button', { name: 'Move picture 1 back' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => shapes(page)).toEqual(['wide', 'tall']);
  // The hand stays on the picture that it moves, and hears where it is.
  const stays = page.getByRole('button', { name: 'Move picture 2 back' });
  await expect(stays).toBeFocused();
  await expect(seenOn(page).getByText('Moved to place 2 of 2.')).toBeAttached();
  await page.keyboard.press('Enter');
  expect(await shapes(page)).toEqual(['wide', 'tall']);
  await page.getByRole('button', { name: 'Move picture 2 forward' }).focus();
  await page.keyboard.press('Space');
  await expect.poll(() => shapes(page)).toEqual(['tall', 'wide']);
  await expect(page.getByRole('button', { name: 'Move picture 1 forward' })).toBeFocused();
});

test('a lot is offered by keyboard alone', async ({ register }) => {
  const { page } = await register('Sally');
  await page.goto('/');
  const { keyboard } = page;
  /** Goes on to what has this name, as somebody without a mouse does. */
  const tabTo = async (name: string | RegExp, role: 'link' | 'button' | 'textbox' | 'radio') => {
    const wanted = page.getByRole(role, { name }).first();
    await expect(wanted).toBeAttached();
    for (let steps = 0; steps < 80; steps += 1) {
      await keyboard.press('Tab');
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`no ${role} ${name} within reach`);
  };
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // Where there is room, what the menu holds is there without it.
  if (await page.getByRole('button', { name: 'Menu' }).isVisible()) {
    await tabTo('Menu', 'button');
    await keyboard.press('Enter');
  }
  await tabTo('Sell', 'link');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Sell something' })).toBeVisible();
  const chooser = page.waitForEvent('filechooser');
  await page.getByLabel('Add pictures').focus();
  await keyboard.press('Enter');
  await (await chooser).setFiles([wide]);
  await expect(page.getByRole('button', { name: 'Remove picture 1' })).toBeVisible();
  await tabTo('Title', 'textbox');
  await keyboard.type('A mantel clock');
  await keyboard.press('Tab');
  await keyboard.type('Runs well.');
  await keyboard.press('Tab');
  await keyboard.type('Furniture');
  await tabTo('Starting price', 'textbox');
  await keyboard.type('10');
  await tabTo('3 days', 'radio');
  await keyboard.press('ArrowRight');
  await expect(page.getByLabel('7 days')).toBeChecked();
  await tabTo('Put up for auction', 'button');
  await keyboard.press('Enter');
  await expect(page).toHaveURL(/\/auctions\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { name: 'A mantel clock' })).toBeVisible();
  await expect(lotOn(page).panel).toContainText('This is your lot');
});

test('a picture that could not be sent is sent again, and the lot is there once', async ({
  complaints,
  register,
}) => {
  const { page } = await register('Sally');
  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([wide, tall]);
  await page.getByLabel('Title').fill('A mantel clock');
  await page.getByLabel('Category').fill('Furniture');
  await page.getByLabel('Starting price').fill('10');
  complaints.expect(503, /\/images/);
  let sent = 0;
  await page.route('**/api/v1/auctions/*/images', (route) => {
    sent += 1;
    return sent === 2
      ? route.fulfill({ status: 503, json: { error: 'UNAVAILABLE', message: 'Later.' } })
      : route.continue();
  });
  await page.getByRole('button', { name: 'Put up for auction' }).click();
  await expect(page.getByRole('progressbar', { name: 'Sending picture 1' })).toHaveJSProperty(
    'value',
    1,
  );
  await page.getByRole('button', { name: 'Send picture 2 again' }).click();
  await expect(page).toHaveURL(/\/auctions\/[0-9a-f-]{36}$/);
  await expect(lotOn(page).panel).toContainText('This is your lot');
  // The first was not sent twice.
  expect(sent).toBe(3);
  await page.goto('/my/lots');
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.goto('/sell');
  await expect(page.getByLabel('Title')).toHaveValue('');
});
