import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { House } from './house';

export { expect } from '@playwright/test';

export const password = 'correct horse battery';

/** Somebody with a browser of their own. */
export interface Person {
  name: string;
  email: string;
  page: Page;
}

interface BrowserChoice {
  /** Whether the app may keep itself for reading offline. */
  serviceWorkers?: 'allow' | 'block';
}

/** Opens what leads to one's own pages: a menu of its own where there is no room for all. */
export async function openAccountMenu(page: Page): Promise<void> {
  const [menu, account] = [
    page.getByRole('button', { name: 'Menu' }),
    page.getByLabel(/^Account of/),
  ];
  await menu.or(account).filter({ visible: true }).first().click();
}

/** What is on a page, without what its voice says of it to those who do not see it. */
export const seenOn = (page: Page) => page.locator('#root > :not([aria-live])');

/** Signs somebody in who is signed out. */
export async function signIn(page: Page, email: string, secret = password): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel(/^Account of/)).toBeAttached();
}

interface Fixtures {
  house: House;
  /** Everything a browser complained about; a test that leaves some here fails. */
  complaints: Complaints;
  /** Opens a browser for somebody who has no account. */
  guest: (choice?: BrowserChoice) => Promise<Page>;
  /** Opens a browser for somebody who is signed up; the form has tests of its own. */
  register: (name: string, choice?: BrowserChoice) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern, empty or not.
  house: async ({}, use) => {
    const house = await House.open();
    await use(house);
    await house.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above.
  complaints: async ({}, use) => {
    const complaints = new Complaints();
    await use(complaints);
    expect(complaints.all).toEqual([]);
  },
  baseURL: ({ house }, use) => use(house.url),
  context: async ({ context, complaints }, use) => {
    complaints.listenTo(context);
    await use(context);
  },
  guest: async ({ browser, house, complaints, viewport, hasTouch, isMobile }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ serviceWorkers = 'block' } = {}) => {
      const size = { viewport, hasTouch, isMobile };
      const context = await browser.newContext({ baseURL: house.url, serviceWorkers, ...size });
      contexts.push(context);
      complaints.listenTo(context);
      return context.newPage();
    });
    // Before the house closes, so that nobody is left knocking at its door.
    await Promise.all(contexts.map((context) => context.close()));
  },
  register: async ({ guest }, use) => {
    await use(async (name, choice) => {
      const page = await guest(choice);
      const email = `${name.toLowerCase()}@example.com`;
      const data = { email, password, displayName: name };
      const answer = await page.request.post('/api/v1/auth/register', { data });
      expect(answer.status()).toBe(201);
      return { name, email, page };
    });
  },
});

/**
 * Collects uncaught errors and console errors; violations of the content security policy are among
 * these.
 */
class Complaints {
  readonly all: string[] = [];
  readonly #expected: RegExp[] = [];
  #houseIsAway = false;

  /** While the house is away, browsers write a line of their own for every refused connection. */
  async whileHouseIsAway<T>(act: () => Promise<T>): Promise<T> {
    this.#houseIsAway = true;
    try {
      return await act();
    } finally {
      this.#houseIsAway = false;
    }
  }

  /** A refusal that the test is about: browsers write a line for each, whatever the page does. */
  expect(status: number, address: RegExp): void {
    this.#expected.push(new RegExp(`status of ${status}.*\\(.*${address.source}`));
  }

  listenTo(context: BrowserContext): void {
    context.on('response', (response) => {
      if (!response.request().isNavigationRequest() || response.status() === 304) return;
      const policy = response.headers()['content-security-policy'] ?? '';
      if (!policy.includes("default-src 'self'") || policy.includes('unsafe-')) {
        this.all.push(`a page under no strict policy: ${response.url()} (${policy})`);
      }
    });
    context.on('weberror', (error) => this.all.push(String(error.error())));
    context.on('console', (message) => {
      if (message.type() !== 'error') return;
      const { url } = message.location();
      const text = message.text();
      // How a guest is told apart from a member; the browser logs the 401, whatever the page does.
      if (text.includes('status of 401') && url.endsWith('/api/v1/auth/me')) return;
      if (
        this.#houseIsAway &&
        /net::ERR_(CONNECTION|EMPTY_RESPONSE|FAILED|INTERNET_DISCONNECTED)/.test(text)
      )
        return;
      const complaint = `${text} (${url})`;
      if (this.#expected.some((expected) => expected.test(complaint))) return;
      this.all.push(complaint);
    });
  }
}
