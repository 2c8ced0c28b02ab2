import { crc32, deflateSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { expect } from './test';

/** A PNG of one soft gradient: a picture the server must decode, made without a file. */
export function aPicture(width = 640, height = 480) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      rows.set([(x * 255) / width, (y * 255) / height, 140], y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits a channel, red green blue
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const chunks = [
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return {
    name: 'picture.png',
    mimeType: 'image/png',
    buffer: Buffer.concat([signature, ...chunks]),
  };
}

interface LotForm {
  title: string;
  /** Seconds from now; without it the lot lasts the form's shortest preset. */
  endsIn?: number;
}

/** Fills the form as a seller would and returns the new lot's address. */
export async function offerLot(page: Page, { title, endsIn }: LotForm): Promise<string> {
  await page.goto('/sell');
  await page.getByLabel('Add pictures').setInputFiles([aPicture(), aPicture(480, 640)]);
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('Description').fill('Runs well, strikes the hours. Height 38 cm.');
  await page.getByLabel('Category').fill('Furniture');
  await page.getByLabel('Starting price').fill('10');
  await page.getByLabel('Bid step').fill('1');
  if (endsIn === undefined) {
    await page.getByText('10 minutes', { exact: true }).first().click();
  } else {
    await page.getByText('Until…').click();
    await page.getByLabel('Soft close').selectOption('15 seconds');
    // Last of all: the clock runs from here.
    await page.getByLabel('Closes at').fill(localTime(new Date(Date.now() + endsIn * 1000)));
  }
  await page.getByRole('button', { name: 'Put up for auction' }).click();
  await expect(page).toHaveURL(/\/auctions\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  return page.url();
}

/** A moment as a datetime-local field takes it. */
function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The bid panel's parts, as people find them. */
export function lotOn(page: Page) {
  const panel = page.getByRole('region', { name: 'Bidding' });
  const history = page.getByRole('table');
  return {
    panel,
    price: panel.locator('[data-price]'),
    timeLeft: panel.locator('[data-time-left]'),
    connection: page.locator('header [data-connection]'),
    row: (text: string | RegExp): Locator => history.getByRole('row').filter({ hasText: text }),
    /** The history's amounts as they stand on the page, newest first. */
    amounts: () => history.locator('tbody tr td:nth-child(2)').allTextContents(),
  };
}

interface Bid {
  amount: string;
  max?: string;
}

/** Types a bid, reviews it and confirms it. */
export async function bid(page: Page, { amount, max }: Bid): Promise<void> {
  const { panel } = lotOn(page);
  await panel.getByLabel('Your bid').fill(amount);
  if (max) await panel.getByLabel('Maximum').fill(max);
  await panel.getByRole('button', { name: 'Review bid' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm your bid' });
  await dialog.getByRole('button', { name: `Bid €${amount}` }).click();
  await expect(dialog).toBeHidden();
}

/** Keeps bids from reaching the house until the returned function lets them go. */
export async function holdBids(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/api\/v1\/auctions\/[^/]+\/bids$/, async (route) => {
    if (route.request().method() === 'POST') await released;
    await route.continue();
  });
  return release;
}
