import { defineConfig, devices } from '@playwright/test';

const launchOptions = { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] };

/** Each test starts a house of its own from the binary that GAVEL_BIN names (e2e/house.ts). */
export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  reporter: [['list']],
  expect: { timeout: 10_000 },
  use: { serviceWorkers: 'block', trace: 'retain-on-failure' },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], launchOptions } },
    {
      name: 'phone',
      use: { ...devices['Pixel 7'], launchOptions },
      // The other specs open browsers of both sizes themselves.
      testMatch: 'a11y.spec.ts',
    },
  ],
});
