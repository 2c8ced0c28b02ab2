// The demo house for scripts: the program on a port and a directory of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';

export const web = resolve(import.meta.dirname, '..');
const binary = resolve(web, process.env.GAVEL_BIN ?? '../target/debug/gavel');

/** Opens the demo house for as long as `act` takes; it is given its address and a way to sign in. */
export async function withDemo(act) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gavel-demo-'));
  const args = ['--demo', '--listen', '127.0.0.1:0', '--data-dir', dataDir, '--rate-limits', 'off'];
  const child = spawn(binary, ['serve', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child, 'spawn');
    const { url, password } = await listening(child);
    await act({
      url,
      /** Signs the browser of a Playwright context in; without a name as the demo's bidder. */
      signIn: (context, name = 'user') =>
        context.request.post(`${url}/api/v1/auth/login`, {
          data: { email: `${name}@demo.gavel.example`, password },
        }),
    });
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Resolves once the house listens, with what it printed about its accounts. */
async function listening(child) {
  let printed = '';
  for await (const line of createInterface(child.stdout)) {
    printed += `${line}\n`;
    const url = /^listening on (http:\S+)/.exec(line)?.[1];
    if (url) return { url, password: /with the password (\S+)/.exec(printed)?.[1] };
  }
  throw new Error(`${binary} ended before it listened:\n${printed}`);
}

/** A lot worth showing: many bids, several pictures, and no hurry. */
export async function bestLot(url) {
  const answer = await fetch(`${url}/api/v1/auctions?sort=bidCount&order=desc&limit=20`);
  const { data } = await answer.json();
  const calm = data.filter((lot) => Date.parse(lot.endTime) - Date.now() > 600_000);
  return calm.sort((a, b) => b.images.length - a.images.length)[0];
}

export function openChromium() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
