import { bid, lotOn, offerLot } from './lot';
import { expect, password, seenOn, signIn, test } from './test';

test('the first admin comes in by the printed link, and bans a bidder whose page says so', async ({
  house,
  complaints,
  guest,
  register,
}) => {
  const admin = await guest();
  await admin.goto(house.firstAdminLink());
  await admin.getByLabel('Display name').fill('Ada');
  await admin.getByLabel('Email').fill('ada@example.com');
  await admin.getByLabel('Password').fill(password);
  await admin.getByRole('button', { name: 'Make the account' }).click();
  await expect(admin.getByRole('heading', { name: 'Run the house' })).toBeVisible();

  const second = await guest();
  await second.goto(house.firstAdminLink());
  await expect(seenOn(second).getByText('This house has an admin already')).toBeVisible();
  await second.goto('/admin');
  await expect(second.getByRole('heading', { name: 'This page is not for you' })).toBeVisible();

  const seller = await register('Sally');
  const bob = await register('Bob');
  const url = await offerLot(seller.page, { title: 'A mantel clock' });
  await bob.page.goto(url);
  await expect(lotOn(bob.page).connection).toHaveText('Live');
  await bid(bob.page, { amount: '10' });
  await expect(lotOn(bob.page).panel).toContainText('You lead');
  await bob.page.goto('/admin/users');
  await expect(bob.page.getByRole('heading', { name: 'This page is not for you' })).toBeVisible();
  await bob.page.goto(url);
  await expect(lotOn(bob.page).panel).toContainText('You lead');

  // What is asked of the house with a blocked account's cookie is refused, and browsers log that.
  complaints.expect(403, /\/api\/v1\//);
  await admin.getByRole('link', { name: 'Users' }).click();
  await admin.getByLabel('Name or email').fill('bob');
  await admin.getByRole('button', { name: 'Apply' }).click();
  await expect(admin).toHaveURL(/search=bob/);
  await admin.getByRole('button', { name: 'Block Bob' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Block Bob?' });
  await dialog.getByLabel('Reason').fill('Paid for nothing.');
  await dialog.getByRole('button', { name: 'Block the account' }).click();
  await expect(dialog).toBeHidden();
  await expect(seenOn(admin).getByText('Paid for nothing.')).toBeVisible();

  await expect(seenOn(bob.page).getByText('This account is blocked.')).toBeVisible({
    timeout: 20_000,
  });
  await expect(lotOn(bob.page).panel.getByRole('link')).toHaveCount(0);

  await admin.getByRole('link', { name: 'Audit log' }).click();
  const row = admin.getByRole('row').filter({ hasText: 'Account blocked' });
  await expect(row).toContainText('Ada');
  await expect(row).toContainText('Paid for nothing.');

  await admin.goto('/admin/users?status=banned');
  await admin.getByRole('button', { name: 'Unblock Bob' }).click();
  await admin.getByRole('button', { name: 'Unblock the account' }).click();
  await expect(seenOn(admin).getByText('0 users')).toBeVisible();
  await bob.page.goto('/sign-in');
  await bob.page.getByLabel('Email').fill(bob.email);
  await bob.page.getByLabel('Password').fill(password);
  await bob.page.getByRole('button', { name: 'Sign in' }).click();
  await expect(bob.page.getByRole('heading', { name: 'Open for bids' })).toBeVisible();
  await expect(seenOn(bob.page).getByText('This account is blocked.')).toBeHidden();
});

test('a token is shown once and works until it is revoked', async ({ house, register }) => {
  const { page, email } = await register('Ann');
  await page.goto('/account/tokens');
  await page.getByLabel('What it is for').fill('Price watcher');
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.getByRole('textbox', { name: 'Token' }).inputValue();
  expect(token).toMatch(/^gavel_/);
  const me = () =>
    fetch(`${house.url}/api/v1/auth/me`, { headers: { Authorization: `Bearer ${token}` } });
  expect(await (await me()).json()).toMatchObject({ email });

  await page.reload();
  await expect(seenOn(page).getByText('Price watcher')).toBeVisible();
  await expect(seenOn(page).getByText(token)).toHaveCount(0);
  await page.getByRole('button', { name: 'Revoke Price watcher' }).click();
  await page.getByRole('button', { name: 'Revoke the token' }).click();
  await expect(seenOn(page).getByText('You have no tokens.')).toBeVisible();
  expect((await me()).status).toBe(401);
});

test('name, email and password can be changed, and other sessions be ended', async ({
  complaints,
  guest,
  register,
}) => {
  // A wrong password, and the bell of a page whose session has ended.
  complaints.expect(401, /\/users\/me/);
  const { page, email } = await register('Ann');
  const elsewhere = await guest();
  await signIn(elsewhere, email);
  await page.goto('/account/sessions');
  await expect(seenOn(page).getByText('This session')).toBeVisible();
  await page.getByRole('button', { name: 'End all others' }).click();
  await expect(seenOn(page).getByText('All other sessions have ended.')).toBeVisible();
  await elsewhere.goto('/account');
  await expect(elsewhere.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  await page.goto('/account');
  await page.getByLabel('Display name').fill('Anna');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(seenOn(page).getByText('Saved.')).toBeVisible();
  await expect(page.getByLabel('Account of Anna')).toBeAttached();

  const mail = page.locator('form').filter({ hasText: 'Change email' });
  await mail.getByLabel('Email').fill('anna@example.com');
  await mail.getByLabel('Current password').fill('not my password');
  await mail.getByRole('button', { name: 'Change email' }).click();
  await expect(mail.getByText('Email or password is wrong.')).toBeVisible();
  await mail.getByLabel('Current password').fill(password);
  await mail.getByRole('button', { name: 'Change email' }).click();
  await expect(mail.getByText('Saved.')).toBeVisible();

  const secret = page.locator('form').filter({ hasText: 'Change password' });
  await secret.getByLabel('Current password').fill(password);
  await secret.getByLabel('New password').fill('another good password');
  await secret.getByRole('button', { name: 'Change password' }).click();
  await expect(secret.getByText('Your password is changed')).toBeVisible();
  await signIn(elsewhere, 'anna@example.com', 'another good password');
});

test('a forgotten password is replaced through the mailed link, once', async ({
  house,
  complaints,
  guest,
  register,
}) => {
  // The bell of the page whose session ends with the old password.
  complaints.expect(401, /\/users\/me\/notifications/);
  const { email } = await register('Ann');
  const page = await guest();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(seenOn(page).getByText('the link is on its way')).toBeVisible();

  let token: string | undefined;
  await expect
    .poll(async () => {
      const mails = (await house.mails()).map(readable);
      token = mails.map((mail) => /reset-password#([\w-]+)/.exec(mail)?.[1]).find(Boolean);
      return token;
    })
    .toBeTruthy();
  await page.goto(`/reset-password#${token}`);
  await page.getByLabel('New password').fill('another good password');
  await page.getByRole('button', { name: 'Save the password' }).click();
  await expect(seenOn(page).getByText('Your new password is saved')).toBeVisible();
  await signIn(page, email, 'another good password');

  complaints.expect(400, /\/auth\/password\/reset/);
  const late = await guest();
  await late.goto(`/reset-password#${token}`);
  await late.getByLabel('New password').fill('a third good password');
  await late.getByRole('button', { name: 'Save the password' }).click();
  await expect(
    seenOn(late).getByText('This link is incomplete, too old or was used'),
  ).toBeVisible();
});

/** A mail's text as its reader sees it: lines that were broken for the way are whole again. */
function readable(mail: string): string {
  return mail
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
