/**
 * Pictures of the app for the documentation: starts the program with its demo house on a directory
 * of its own and photographs the start page and a lot.
 *
 *   npm run screenshots [-- FOLDER]     GAVEL_BIN names the binary, as for the end-to-end tests
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';

const web = resolve(import.meta.dirname, '..');
const binary = resolve(web, process.env.GAVEL_BIN ?? '../target/debug/gavel');
const folder = resolve(process.argv[2] ?? join(web, '../docs/screenshots'));
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Starts the demo house; resolves once it listens, with what it printed about its accounts. */
async function openHouse(dataDir) {
  const args = ['--demo', '--listen', '127.0.0.1:0', '--data-dir', dataDir, '--rate-limits', 'off'];
  const child = spawn(binary, ['serve', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  let printed = '';
  for await (const line of createInterface(child.stdout)) {
    printed += `${line}\n`;
    const url = /^listening on (http:\S+)/.exec(line)?.[1];
    const password = /with the password (\S+)/.exec(printed)?.[1];
    if (url) return { child, url, password };
  }
  throw new Error(`${binary} ended before it listened:\n${printed}`);
}

/** A lot worth showing: many bids, several pictures, and no hurry. */
async function bestLot(url) {
  const answer = await fetch(`${url}/api/v1/auctions?sort=bidCount&order=desc&limit=20`);
  const { data } = await answer.json();
  const calm = data.filter((lot) => Date.parse(lot.endTime) - Date.now() > 600_000);
  return calm.sort((a, b) => b.images.length - a.images.length)[0];
}

/** Waits until nothing on the page will move any more: pictures in view, and the live price. */
async function settled(page) {
  await page.locator('[data-connection="live"]').waitFor();
  await page.waitForFunction(
    () =>
      !document.querySelector('[aria-busy="true"]') &&
      [...document.images].every(
        (image) => image.complete || image.getBoundingClientRect().top > innerHeight,
      ),
  );
}

async function takeAll(browser, { url, password }) {
  const lot = await bestLot(url);
  const pictures = [
    { name: 'browse', path: '/', device: desktop, colorScheme: 'light' },
    { name: 'browse-dark', path: '/', device: desktop, colorScheme: 'dark' },
    { name: 'browse-phone', path: '/', device: phone, colorScheme: 'light' },
    { name: 'browse-phone-dark', path: '/', device: phone, colorScheme: 'dark' },
    { name: 'lot', path: `/auctions/${lot.id}`, device: desktop, colorScheme: 'light' },
    { name: 'lot-phone', path: `/auctions/${lot.id}`, device: phone, colorScheme: 'light' },
  ];
  for (const { name, path, device, colorScheme } of pictures) {
    const context = await browser.newContext({ baseURL: url, colorScheme, ...device });
    // Signed in, since the way to bid is what the lot page is about.
    await context.request.post('/api/v1/auth/login', {
      data: { email: 'user@demo.gavel.example', password },
    });
    const page = await context.newPage();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(path);
    await page.getByRole('heading', { name: path === '/' ? 'Open for bids' : lot.title }).waitFor();
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
}

await mkdir(folder, { recursive: true });
const dataDir = await mkdtemp(join(tmpdir(), 'gavel-screenshots-'));
const house = await openHouse(dataDir);
try {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  await takeAll(browser, house);
  await browser.close();
} finally {
  house.child.kill('SIGKILL');
  await once(house.child, 'exit');
  await rm(dataDir, { recursive: true, force: true });
}
