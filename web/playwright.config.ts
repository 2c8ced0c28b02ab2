import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// The same engine without a window, which takes half the time (scripts/need browser).
const shell = '/usr/bin/chromium-headless-shell';
const executablePath = existsSync(shell) ? shell : '/usr/bin/chromium';
const touch = { hasTouch: true, isMobile: true };

/**
 * Each test starts a house of its own from the binary that GAVEL_BIN names (e2e/house.ts). Finding,
 * bidding, selling and every state of the lot page run at three widths; the few that say something
 * about some widths alone skip the others, and say why. Account, drafts and the pages of those in charge
 * are forms and tables, which a tablet shows as a desktop does, and a crash, the keyboard and what comes with
 * the page itself meet no width of their own: those run at the widest and the narrowest. GAVEL_TRACE=1 keeps a trace of
 * what fails.
 */
export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  // More than there are cores: much of a journey is waiting for a close, or for a message.
  workers: 3,
  // A deadline, for machines that are busy with something else.
  timeout: 90_000,
  reporter: [['list']],
  expect: { timeout: 10_000 },
  use: {
    launchOptions: { executablePath, args: ['--no-sandbox'] },
    serviceWorkers: 'block',
    trace: process.env.GAVEL_TRACE ? 'retain-on-failure' : 'off',
  },
  projects: [
    { name: 'phone', use: { ...touch, viewport: { width: 390, height: 844 } } },
    {
      name: 'tablet',
      testIgnore: /(accounts|admin|charge|crash|draft|first|keyboard|told)\.spec\.ts/,
      use: { ...touch, viewport: { width: 820, height: 1180 } },
    },
    { name: 'desktop', use: { viewport: { width: 1280, height: 900 } } },
  ],
});
