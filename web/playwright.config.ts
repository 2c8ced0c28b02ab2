import { defineConfig, devices } from '@playwright/test';

const launchOptions = { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] };

/** GAVEL_URL names the running house; starting one is the caller's business (`make test`). */
export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  workers: 2,
  reporter: [['list']],
  use: {
    baseURL: process.env.GAVEL_URL ?? 'http://127.0.0.1:3000',
    launchOptions,
    serviceWorkers: 'block',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], launchOptions } },
    { name: 'phone', use: { ...devices['Pixel 7'], launchOptions } },
  ],
});
