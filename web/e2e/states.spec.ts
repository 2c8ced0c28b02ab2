import AxeBuilder from '@axe-core/playwright';
import type { Page, WebSocketRoute } from '@playwright/test';
import { aPicture, bid, holdBids, lotOn } from './lot';
import { expect, password, seenOn, test } from './test';

interface LotTerms {
  durationSeconds?: number;
  snipeWindowSeconds?: number;
  description?: string;
}

/** Signs somebody up without the form: these tests are about the lot's page alone. */
async function join(page: Page, displayName: string): Promise<string> {
  const email = `${displayName.toLowerCase()}@example.com`;
  const answer = await page.request.post('/api/v1/auth/register', {
    data: { email, password, displayName },
  });
  return (await answer.json()).id;
}

/** Puts a lot up for auction and returns its path. */
async function putUp(page: Page, terms: LotTerms = {}): Promise<string> {
  const answer = await page.request.post('/api/v1/auctions', {
    data: {
      title: 'A mantel clock',
      description: 'Runs well.',
      category: 'furniture',
      startingPrice: 10,
      bidIncrement: 1,
      durationSeconds: 600,
      ...terms,
    },
  });
  expect(answer.status()).toBe(201);
  return `/auctions/${(await answer.json()).auctionId}`;
}

/** Bids without a page. */
async function bidFrom(page: Page, path: string, amount: number): Promise<void> {
  const answer = await page.request.post(`/api/v1${path}/bids`, { data: { amount } });
  expect(answer.status()).toBe(201);
}

async function openLot(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(lotOn(page).connection).toHaveText('Live');
}

/** Presses the least of the quick bids and says yes. */
async function quickBid(page: Page, amount: number): Promise<void> {
  const name = `Bid €${amount}`;
  await lotOn(page).panel.getByRole('button', { name }).click();
  await page.getByRole('dialog').getByRole('button', { name }).click();
}

/** A lot that Sally sells, and Ann and Bob with browsers of their own. */
const states = test.extend<{ ann: Page; bob: Page; sally: Page }>({
  sally: async ({ guest }, use) => {
    const page = await guest();
    await join(page, 'Sally');
    await use(page);
  },
  ann: async ({ guest }, use) => {
    const page = await guest();
    await join(page, 'Ann');
    await use(page);
  },
  bob: async ({ guest }, use) => {
    const page = await guest();
    await join(page, 'Bob');
    await use(page);
  },
});

states(
  'signed out: one sign-in away from bidding, and back at the lot',
  async ({ guest, sally, ann }) => {
    const path = await putUp(sally);
    await ann.close();
    const page = await guest();
    await openLot(page, path);
    const { panel } = lotOn(page);
    await expect(panel.getByLabel('Your bid')).toHaveCount(0);
    await panel.getByRole('link', { name: 'Sign in to bid' }).click();
    await page.getByLabel('Email').fill('ann@example.com');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    // Two clicks from here.
    await quickBid(page, 10);
    await expect(panel).toContainText('You lead');
  },
);

states(
  'offline: a bid is refused plainly, and never sent later',
  async ({ complaints, sally, ann }) => {
    const path = await putUp(sally);
    const sent: string[] = [];
    ann.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.url());
    });
    await openLot(ann, path);
    const { panel, price, connection } = lotOn(ann);
    const refusal = 'You are offline, so your bid was not sent.';
    await complaints.whileHouseIsAway(async () => {
      await ann.context().setOffline(true);
      await expect(seenOn(ann).getByText('You are offline. Prices are old')).toBeVisible();
      await expect(connection).toHaveText('Offline');
      // By keyboard, so that nothing was fetched ahead that only the question needs.
      await panel.getByLabel('Your bid').evaluate((field) => {
        (field as HTMLInputElement).form?.requestSubmit();
      });
      await expect(panel).toContainText(refusal);
      await ann.context().setOffline(false);
      await expect(connection).toHaveText('Live');
    });
    await panel.getByRole('button', { name: 'Bid €10' }).click();
    const dialog = ann.getByRole('dialog', { name: 'Confirm your bid' });
    await expect(dialog).toContainText('A bid is binding');
    await complaints.whileHouseIsAway(async () => {
      await ann.context().setOffline(true);
      await expect(connection).toHaveText('Offline');
      await dialog.getByRole('button', { name: 'Bid €10' }).click();
      await expect(panel).toContainText(refusal);
      await expect(price).not.toHaveAttribute('data-pending-price');
      await ann.context().setOffline(false);
      await expect(connection).toHaveText('Live');
    });
    await expect(price).toHaveAttribute('data-price', '10');
    expect(sent).toEqual([]);
  },
);

states(
  'the bar on small screens says of a bid that it was not taken, or is not answered yet',
  async ({ complaints, sally, ann }, { project }) => {
    states.skip(project.name === 'desktop', 'its bid panel is always in view');
    const path = await putUp(sally);
    await ann.setViewportSize({ width: 390, height: 600 });
    await openLot(ann, path);
    const { connection, panel } = lotOn(ann);
    const bar = ann.locator('[data-bid-bar]');
    const go = bar.getByRole('button', { name: 'Bid €10' });
    await expect(go).toBeVisible();
    const top = () => ann.evaluate(() => scrollY);
    const before = await top();
    await complaints.whileHouseIsAway(async () => {
      await ann.context().setOffline(true);
      await expect(connection).toHaveText('Offline');
      await go.click();
      await expect(bar).toContainText('Your bid was not taken. You are offline');
      await expect(bar).toBeInViewport({ ratio: 1 });
      await bar.getByRole('button', { name: 'Dismiss' }).click();
      await expect(bar).not.toContainText('Your bid was not taken');
      await ann.context().setOffline(false);
      await expect(connection).toHaveText('Live');
      const lost = await ann.route('**/auctions/*/bids', (route) => route.abort('connectionreset'));
      await go.click();
      await ann.getByRole('dialog').getByRole('button', { name: 'Bid €10' }).click();
      await expect(bar).toContainText('No answer yet.');
      await expect(panel).toBeFocused();
      expect(await top()).toBe(before);
      await lost.dispose();
    });
    await expect(bar).toContainText('You lead', { timeout: 20_000 });
    await expect(bar).not.toContainText('No answer yet.');
  },
);

states(
  'reconnecting: says that prices may be old, then catches up',
  async ({ sally, ann, bob }) => {
    const path = await putUp(sally);
    let silent = false;
    let current: WebSocketRoute | undefined;
    await ann.routeWebSocket('**/ws', (socket) => {
      current = socket;
      if (!silent) socket.connectToServer();
    });
    await openLot(ann, path);
    const { price, connection } = lotOn(ann);
    // The line drops, and the next attempt hangs.
    silent = true;
    await current?.close();
    await expect(connection).toHaveText('Reconnecting');
    await expect(
      seenOn(ann).getByText('Reconnecting. Prices on this page may be old.'),
    ).toBeVisible();
    await bidFrom(bob, path, 12);
    await expect(price).toHaveText('€10');
    silent = false;
    await current?.close();
    await expect(connection).toHaveText('Live');
    await expect(price).toHaveText('€12');
    await expect(seenOn(ann).getByText('Prices on this page may be old')).toBeHidden();
  },
);

states(
  'socket blocked: prices are fetched instead, and bids go through',
  async ({ sally, ann, bob }) => {
    const path = await putUp(sally);
    await ann.routeWebSocket('**/ws', (socket) => socket.close());
    await ann.goto(path);
    const { price, panel, connection } = lotOn(ann);
    await expect(connection).toHaveText('Delayed');
    await expect(
      seenOn(ann).getByText('Prices are fetched every few seconds instead.'),
    ).toBeVisible();
    await bidFrom(bob, path, 12);
    await expect(price).toHaveText('€12');
    await quickBid(ann, 13);
    await expect(panel).toContainText('You lead');
  },
);

states(
  'outbid while typing: the text is kept, and the new minimum is shown',
  async ({ guest, sally, ann, bob }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel } = lotOn(ann);
    await bid(ann, { amount: '10' });
    await panel.getByLabel('New maximum').fill('50');
    await bidFrom(bob, path, 12);
    await expect(panel).toContainText('You have been outbid');
    await expect(panel.getByLabel('Maximum (optional)')).toHaveValue('50');
    await expect(panel).toContainText('The next bid is €13 or more.');

    await panel.getByLabel('Your bid').fill('13');
    const eve = await guest();
    await join(eve, 'Eve');
    await bidFrom(eve, path, 14);
    await expect(panel).toContainText('The price has just risen. The next bid is €15 or more now.');
    await expect(panel.getByLabel('Your bid')).toHaveValue('13');
    await panel.getByRole('button', { name: 'Review bid' }).click();
    await expect(panel).toContainText('The bid must be €15 or more.');
    await expect(ann.getByRole('dialog')).toBeHidden();
  },
);

states(
  'pending: shown at once as unconfirmed, and no second bid beside it',
  async ({ sally, ann }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel, price } = lotOn(ann);
    const release = await holdBids(ann);
    await quickBid(ann, 11);
    await expect(price).toHaveAttribute('data-pending-price', '11');
    await expect(panel).toContainText('Your bid, being confirmed');
    await expect(panel.getByRole('button', { name: 'Review bid' })).toBeDisabled();
    await expect(panel.getByRole('button', { name: 'Bid €10' })).toBeDisabled();
    release();
    await expect(panel).toContainText('Your bid was taken. The price is €11.');
    await expect(price).not.toHaveAttribute('data-pending-price');
  },
);

/** The idempotency keys that a page sends, as it sends them. */
function keysSentBy(page: Page): (string | undefined)[] {
  const keys: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') keys.push(request.headers()['x-idempotency-key']);
  });
  return keys;
}

states(
  'unknown: asks again with the same key, and one bid comes of it',
  async ({ complaints, sally, ann }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel } = lotOn(ann);
    const keys = keysSentBy(ann);
    await complaints.whileHouseIsAway(async () => {
      // The house takes the bid, and its answer is lost on the way.
      await ann.route(
        '**/auctions/*/bids',
        async (route) => {
          await route.fetch();
          await route.abort('connectionreset');
        },
        { times: 1 },
      );
      await quickBid(ann, 10);
      await expect(panel).toContainText('Your bid was taken. The price is €10.');
    });
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
    await expect(panel).toContainText('1 bid');
    await expect.poll(lotOn(ann).amounts).toEqual(['€10']);
  },
);

for (const lost of ['bid', 'answer']) {
  states(
    `unknown across a reload: the ${lost} was lost, and one bid comes of it`,
    async ({ complaints, sally, ann }) => {
      const path = await putUp(sally);
      await openLot(ann, path);
      const { panel } = lotOn(ann);
      const keys = keysSentBy(ann);
      const unsure = 'Your bid of €10 may or may not have arrived.';
      await complaints.whileHouseIsAway(async () => {
        let isCutOff = true;
        await ann.route('**/auctions/*/bids', async (route) => {
          if (!isCutOff) return route.continue();
          if (lost === 'answer' && keys.length === 1) await route.fetch();
          await route.abort('connectionreset');
        });
        await quickBid(ann, 10);
        await expect(panel).toContainText(unsure);
        const before = keys.length;
        await ann.reload();
        await expect(panel).toContainText(unsure);
        await expect.poll(() => keys.length).toBeGreaterThan(before);
        isCutOff = false;
        await expect(panel).toContainText('Your bid was taken. The price is €10.');
      });
      expect(keys[0]).toBeTruthy();
      expect(new Set(keys).size).toBe(1);
      await expect(panel).toContainText('1 bid');
      await expect.poll(lotOn(ann).amounts).toEqual(['€10']);
      // It was answered: nothing is asked for once more.
      const answered = keys.length;
      await openLot(ann, path);
      await expect(panel).toContainText('You lead');
      expect(keys).toHaveLength(answered);
    },
  );
}

states(
  'refused: what was shown is taken back, with the reason',
  async ({ complaints, sally, ann, bob }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel, price } = lotOn(ann);
    complaints.expect(400, /\/bids/);
    const release = await holdBids(ann);
    await quickBid(ann, 11);
    await expect(price).toHaveText('€11');
    await bidFrom(bob, path, 12);
    release();
    await expect(panel).toContainText('Your bid was not taken');
    await expect(panel).toContainText('Someone was faster');
    await expect(price).toHaveText('€12');
    await expect(price).not.toHaveAttribute('data-pending-price');
    await expect(panel.getByRole('button', { name: 'Bid €13' })).toBeEnabled();
  },
);

states('ended while typing: nothing is sent, and the page says so', async ({ sally, ann }) => {
  const path = await putUp(sally, { durationSeconds: 12, snipeWindowSeconds: 0 });
  await openLot(ann, path);
  const { panel, timeLeft } = lotOn(ann);
  await expect(ann.locator('[data-clock]')).toHaveText(/^By the house’s clock, ± \d+\.\d\d s$/);
  await expect(timeLeft).toHaveText(/^\d\.\ds left$/);
  await panel.getByLabel('Your bid').fill('15');
  await expect(panel).toContainText(
    'The lot closed while you were typing. Your bid was not sent.',
    {
      timeout: 20_000,
    },
  );
  await expect(panel).toContainText('Nobody bid on this lot.');
  await expect(panel.getByLabel('Your bid')).toHaveCount(0);
});

states('closing: time is up, and only the house’s word ends it', async ({ sally, ann }) => {
  const path = await putUp(sally, { durationSeconds: 12, snipeWindowSeconds: 0 });
  // The house's word does not come through, neither by the socket nor when asked.
  let deaf = false;
  await ann.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!deaf || String(message).includes('"pong"')) socket.send(message);
    });
  });
  await openLot(ann, path);
  const { panel, timeLeft } = lotOn(ann);
  deaf = true;
  await expect(timeLeft).toHaveText('Closing…', { timeout: 20_000 });
  await expect(panel).toContainText('Time is up. Waiting for the house to close the lot.');
  await expect(panel.getByRole('button')).toHaveCount(0);
  deaf = false;
  await expect(timeLeft).toHaveText('Not sold');
});

states(
  'extended: a late bid moves the close, and says by how much',
  async ({ sally, ann, bob }) => {
    const path = await putUp(sally, { durationSeconds: 30, snipeWindowSeconds: 120 });
    await openLot(ann, path);
    const { panel, timeLeft } = lotOn(ann);
    await expect(timeLeft).toHaveText(/^\d+\.\ds left$/);
    await bidFrom(bob, path, 10);
    await expect(panel).toContainText(/\+1:[3-5]\d added/);
    await expect(timeLeft).toHaveText(/^1m \d\ds left$/);
    await expect(ann.locator('[aria-live]')).toHaveText(/The close has moved: \+1:[3-5]\d\./);
  },
);

states('less motion: the last minute counts in whole seconds', async ({ sally, ann }) => {
  const path = await putUp(sally, { durationSeconds: 50, snipeWindowSeconds: 0 });
  await ann.emulateMedia({ reducedMotion: 'reduce' });
  await openLot(ann, path);
  await expect(lotOn(ann).timeLeft).toHaveText(/^\d\ds left$/);
});

states('cancelled: said at once, and nothing left to press', async ({ sally, ann }) => {
  const path = await putUp(sally);
  await openLot(ann, path);
  const { panel } = lotOn(ann);
  await expect(panel.getByRole('button', { name: 'Review bid' })).toBeVisible();
  const answer = await sally.request.delete(`/api/v1${path}`);
  expect(answer.status()).toBe(204);
  await expect(panel).toContainText('Cancelled');
  await expect(panel).toContainText('This lot was withdrawn. Bids on it do not count.');
  await expect(panel.getByRole('button')).toHaveCount(0);
});

states(
  'cancelled: it closed when it was taken back, and nobody leads',
  async ({ house, guest, sally, ann }) => {
    const day_s = 86_400;
    const path = await putUp(sally, { durationSeconds: 3 * day_s });
    const ada = await guest();
    await join(ada, 'Ada');
    await house.promote('ada@example.com');
    await openLot(ann, path);
    await bid(ann, { amount: '10' });
    await expect(lotOn(ann).row('€10')).toContainText('(leads)');
    const reason = { reason: 'It was damaged in the store.' };
    const answer = await ada.request.post(`/api/v1/admin${path}/cancel`, { data: reason });
    expect(answer.status()).toBe(204);
    const ends = new Intl.DateTimeFormat('en-US', { dateStyle: 'medium' });
    const expectPast = async () => {
      await expect(lotOn(ann).timeLeft).toHaveText('Cancelled');
      await expect(lotOn(ann).row('€10')).not.toContainText('(leads)');
      const main = ann.getByRole('main');
      await expect(main).toContainText(ends.format(Date.now()));
      await expect(main).not.toContainText(ends.format(Date.now() + 3 * day_s * 1000));
    };
    await expectPast();
    // As the live message told it, and as the house tells it anew.
    await ann.reload();
    await expectPast();
  },
);

states(
  'banned: the bid is refused, and the page says that the account is blocked and why',
  async ({ house, complaints, guest, sally, ann }) => {
    const path = await putUp(sally);
    const ada = await guest();
    await join(ada, 'Ada');
    await house.promote('ada@example.com');
    await openLot(ann, path);
    const { id } = await (await ann.request.get('/api/v1/auth/me')).json();
    complaints.expect(403, /\/api\/v1\//);
    // The page hears of it in its own time; this bid is on its way by then, whichever comes first.
    const release = await holdBids(ann);
    await quickBid(ann, 10);
    const ban = await ada.request.post(`/api/v1/admin/users/${id}/ban`, {
      data: { reason: 'Bids that were not paid.' },
    });
    expect(ban.status()).toBe(204);
    release();
    const notice = ann.locator('[data-banned]');
    await expect(notice).toContainText('This account is blocked.');
    await expect(notice).toContainText('Reason: Bids that were not paid.');
    await expect(lotOn(ann).price).not.toHaveAttribute('data-pending-price');
    await expect(lotOn(ann).price).toHaveAttribute('data-price', '10');
    // Nothing is offered that the banner has just ruled out.
    await expect(lotOn(ann).panel.getByLabel('Your bid')).toHaveCount(0);
    await expect(ann.getByRole('link', { name: 'Sign in to bid' })).toHaveCount(0);
  },
);

for (const [way, hours] of [
  ['fast', 1],
  ['slow', -1],
] as const) {
  states(
    `a device’s clock an hour ${way}: the countdown is the house’s`,
    async ({ sally, ann }) => {
      const path = await putUp(sally, { durationSeconds: 50, snipeWindowSeconds: 0 });
      await ann.clock.install({ time: Date.now() + hours * 3_600_000 });
      await openLot(ann, path);
      const { panel, timeLeft } = lotOn(ann);
      await expect(timeLeft).toHaveText(/^[1-4]\d\.\ds left$/);
      await expect(panel).toContainText('Your device’s clock is off by');
      await quickBid(ann, 10);
      await expect(panel).toContainText('You lead');
    },
  );
}

states('a digit too many: the amount must be said twice', async ({ sally, ann }) => {
  const path = await putUp(sally, { description: '' });
  await openLot(ann, path);
  const { panel, price } = lotOn(ann);
  // Nothing stands under a heading without words.
  await expect(ann.getByRole('heading', { name: 'Description' })).toHaveCount(0);
  await panel.getByLabel('Your bid').fill('100');
  await panel.getByRole('button', { name: 'Review bid' }).click();
  const dialog = ann.getByRole('dialog', { name: 'Confirm your bid' });
  await expect(dialog).toContainText('This is 10 times the least bid of €10.');
  const go = dialog.getByRole('button', { name: 'Bid €100' });
  await expect(go).toBeDisabled();
  await dialog.getByLabel('Yes, I mean €100').check();
  await go.click();
  await expect(price).toHaveText('€100');
  await expect(panel).toContainText('You lead');
});

states(
  'outbid: why is told step by step, each case in its own words',
  async ({ sally, ann, bob }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel } = lotOn(ann);
    const ask = panel.getByRole('button', { name: 'Why was I outbid?' });
    const steps = panel.getByRole('list', { name: 'What happened, step by step' });
    await bid(ann, { amount: '10', max: '30' });
    await bidFrom(bob, path, 20);
    await expect(lotOn(ann).price).toHaveText('€21');
    await bidFrom(bob, path, 40);
    await ask.click();
    await expect(steps.getByRole('listitem')).toHaveText([
      /Your bid stood at €10, with a maximum of €30\.$/,
      /Gavel answered 2 bids for you\. The last answer was €30\.$/,
      /bid more: the price went to €31\.$/,
    ]);
    await expect(panel).toContainText('To lead again, bid €32 or more.');
    // Bob's €40 stands: it answers a lower bid at once, and wins a tie.
    await quickBid(ann, 32);
    await expect(panel).toContainText('another bidder’s maximum is higher');
    await expect(steps.getByRole('listitem').last()).toContainText(
      'had set a higher maximum before. Gavel answered for them at once, with €33.',
    );
    await bid(ann, { amount: '40' });
    await expect(steps.getByRole('listitem').last()).toContainText(
      'had set a maximum of €40 before, as high as your offer. Of two equal offers, the earlier one counts.',
    );
  },
);

states(
  'answered at once: one’s own bid is in the history without a wait',
  async ({ sally, ann, bob }) => {
    const path = await putUp(sally);
    const bobs = { amount: 10, maxAmount: 50 };
    const answer = await bob.request.post(`/api/v1${path}/bids`, { data: bobs });
    expect(answer.status()).toBe(201);
    // The fetch that all others wait for comes as late as it can.
    await ann.addInitScript(() => {
      Math.random = () => 0.99;
    });
    await openLot(ann, path);
    await expect.poll(lotOn(ann).amounts).toEqual(['€10']);
    await quickBid(ann, 11);
    await expect(lotOn(ann).panel).toContainText('another bidder’s maximum is higher');
    await expect
      .poll(lotOn(ann).amounts, { timeout: 1_500, intervals: [50] })
      .toEqual(['€12', '€11', '€10']);
  },
);

states(
  'a part that cannot be fetched leaves the page whole, and can be asked for again',
  async ({ complaints, sally, ann, bob }) => {
    const path = await putUp(sally);
    await openLot(ann, path);
    const { panel } = lotOn(ann);
    await bid(ann, { amount: '10' });
    await bidFrom(bob, path, 12);
    await complaints.whileHouseIsAway(async () => {
      const lost = '**/assets/WhyOutbid-*.js';
      await ann.route(lost, (route) => route.abort('connectionreset'));
      await panel.getByRole('button', { name: 'Why was I outbid?' }).click();
      await expect(panel).toContainText('The house could not be reached.');
      await ann.unroute(lost);
    });
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect(panel.getByRole('list', { name: 'What happened' })).toBeVisible();
    await quickBid(ann, 13);
    await expect(panel).toContainText('You lead');
  },
);

states('pictures: enlarged, moved and closed by keyboard alone', async ({ sally, ann }) => {
  const path = await putUp(sally);
  for (const picture of [aPicture(1200, 900), aPicture(600, 900)]) {
    const answer = await sally.request.post(`/api/v1${path}/images`, {
      multipart: { images: picture },
    });
    expect(answer.status()).toBe(201);
  }
  await openLot(ann, path);
  const open = ann.getByRole('button', { name: 'Enlarge the picture' });
  await open.focus();
  await ann.keyboard.press('Enter');
  const zoom = ann.getByRole('dialog', { name: 'Enlarged pictures of A mantel clock' });
  await expect(zoom).toContainText('1 of 2');
  const view = zoom.locator('[data-zoom]');
  await ann.keyboard.press('ArrowRight');
  await expect(zoom).toContainText('2 of 2');
  await ann.keyboard.press('+');
  await expect(view).toHaveAttribute('data-zoom', '200');
  const top = () => view.evaluate((box) => box.scrollTop);
  await expect.poll(top).toBeGreaterThan(0);
  const middle = await top();
  await ann.keyboard.press('ArrowDown');
  await expect.poll(top).toBeGreaterThan(middle);
  await ann.keyboard.press('0');
  await expect(view).toHaveAttribute('data-zoom', '100');
  await ann.keyboard.press('Escape');
  await expect(zoom).toBeHidden();
  await expect(open).toBeFocused();
  // The picture looked at last stays.
  await expect(ann.getByRole('img', { name: 'A mantel clock, picture 2 of 2' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  states(
    `what opens on the page has no fault that axe can find, ${colorScheme}`,
    async ({ guest, sally, bob }) => {
      const path = await putUp(sally);
      await sally.request.post(`/api/v1${path}/images`, { multipart: { images: aPicture() } });
      const page = await guest();
      await join(page, 'Pia');
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openLot(page, path);
      const { panel, price } = lotOn(page);
      const expectNone = async (what: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations, what).toEqual([]);
      };
      const amount = Number(await price.getAttribute('data-price')) + 1;
      await bid(page, { amount: String(amount) });
      await expect(panel.getByLabel('New maximum')).toBeVisible();
      await expectNone('leading');
      await bidFrom(bob, path, amount + 1);
      await panel.getByRole('button', { name: 'Why was I outbid?' }).click();
      await expect(panel.getByRole('list', { name: 'What happened' })).toBeVisible();
      await expectNone('why');
      // One voice alone, so that nothing is said twice or talked over.
      await expect(page.locator('[aria-live], [role=status]')).toHaveCount(1);
      await panel.getByLabel('Your bid').fill('1000');
      await panel.getByRole('button', { name: 'Review bid' }).click();
      await expect(page.getByLabel('Yes, I mean €1,000')).toBeVisible();
      await expectNone('second look');
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await page.getByRole('button', { name: 'Enlarge the picture' }).click();
      await page.getByRole('button', { name: 'Enlarge more' }).click();
      await expectNone('enlarged');
    },
  );
}
