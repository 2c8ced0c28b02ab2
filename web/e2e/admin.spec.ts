import { offerMany } from './many';
import { expect, password, test } from './test';

const pages = ['/admin', '/admin/users', '/admin/lots', '/admin/audit'];

test('the pages of those in charge do not scroll sideways', async ({
  house,
  register,
  viewport,
}) => {
  const seller = await register('Sally');
  const long = 'A mahogany longcase clock with a painted dial and a moon, signed, of about 1790';
  await offerMany(seller.page.request, { title: (n) => `${long}, no ${n}`, count: 3 });
  const { page, email } = await register('Ann');
  await house.promote(email);
  await page.goto('about:blank');
  await page.request.post('/api/v1/auth/logout');
  await page.request.post('/api/v1/auth/login', { data: { email, password } });
  for (const path of pages) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'Run the house' })).toBeVisible();
    await expect(page.getByRole('table').first()).toBeVisible();
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways, path).toBe(0);
  }
  await page.goto('/admin/lots');
  // What can be done about a lot is at its end, and in sight.
  const cancel = page.getByRole('button', { name: /^Cancel/ }).first();
  const box = await cancel.boundingBox();
  expect(box && box.x + box.width).toBeLessThanOrEqual(viewport?.width ?? 0);
  await cancel.click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('the chart has its figures under it, in a frame of their own', async ({ house, register }) => {
  const { page, email } = await register('Ann');
  await house.promote(email);
  await page.goto('about:blank');
  await page.request.post('/api/v1/auth/logout');
  await page.request.post('/api/v1/auth/login', { data: { email, password } });
  await page.goto('/admin');
  await expect(page.getByRole('img', { name: /Bids|bids/ })).toBeVisible();
  const figures = page.getByRole('region', { name: 'Every day' });
  await expect(figures.getByRole('columnheader', { name: 'Day' })).toBeVisible();
});
