import type { Page } from '@playwright/test';
import { lotOn } from './lot';
import { offerMany } from './many';
import { expect, password, test } from './test';

type Role = 'link' | 'button' | 'textbox';

/** Goes on to what has this name, as somebody without a mouse does. */
async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).first();
  await expect(wanted).toBeAttached();
  for (let steps = 0; steps < 80; steps += 1) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`no ${role} ${name} within reach`);
}

test('after a bid the keyboard stays at the panel, and the page where it is', async ({
  register,
}) => {
  const seller = await register('Sally');
  const [id] = await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const { page } = await register('Ann');
  const { keyboard } = page;
  await page.goto(`/auctions/${id}`);
  const { panel } = lotOn(page);
  await panel.getByRole('button', { name: 'Bid €11', exact: true }).focus();
  const top = () => page.evaluate(() => scrollY);
  const before = await top();
  await keyboard.press('Enter');
  await tabTo(page, 'button', 'Back');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await expect(panel).toContainText('You lead');
  await expect(panel).toBeFocused();
  expect(await top()).toBe(before);
  await keyboard.press('Tab');
  await expect(panel.getByRole('button', { name: 'Dismiss' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(panel).toBeFocused();
  await keyboard.press('Tab');
  await expect(panel.getByLabel('New maximum')).toBeFocused();
});

test('from the list to the lead by keyboard alone, sign-up included', async ({
  guest,
  register,
}) => {
  const seller = await register('Sally');
  await offerMany(seller.page.request, { title: () => 'A mantel clock', count: 1 });
  const page = await guest();
  const { keyboard } = page;
  await page.goto('/');
  await expect(page.getByRole('article')).toBeVisible();
  await keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await keyboard.press('Enter');
  await tabTo(page, 'link', 'A mantel clock');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'A mantel clock', level: 1 })).toBeVisible();
  // From where the page begins, and not from the top of the window again.
  await tabTo(page, 'link', 'Sign in to bid');
  await keyboard.press('Enter');
  await tabTo(page, 'link', 'Create an account');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Create your account' })).toBeVisible();
  for (const [name, text] of [
    ['Display name', 'Ann'],
    ['Email', 'ann@example.com'],
  ] as const) {
    await tabTo(page, 'textbox', name);
    await keyboard.type(text);
  }
  await keyboard.press('Tab');
  await expect(page.getByLabel('Password')).toBeFocused();
  await keyboard.type(password);
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'A mantel clock', level: 1 })).toBeVisible();

  await tabTo(page, 'textbox', 'Your bid');
  await keyboard.type('20');
  await tabTo(page, 'textbox', /^Maximum/);
  await keyboard.type('30');
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Confirm your bid' });
  await expect(dialog).toBeVisible();
  // What asks takes the keyboard, and gives it back where it was.
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(lotOn(page).panel.getByLabel(/^Maximum/)).toBeFocused();
  await keyboard.press('Enter');
  await tabTo(page, 'button', 'Bid €20');
  await keyboard.press('Enter');
  await expect(lotOn(page).panel).toContainText('You lead. Your maximum is €30');
});
