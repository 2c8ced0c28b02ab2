import type { Page } from '@playwright/test';
import { lotOn } from './lot';
import { offerMany } from './many';
import { expect, test } from './test';

/** What a page may load at first, in KB as it is sent. */
const budgets = {
  list: { Script: 105, Stylesheet: 10, Document: 14 },
  lot: { Script: 110, Stylesheet: 10, Document: 14 },
};

/** Counts what comes over the wire, heads and all, by kind, in KB. */
async function weigh(page: Page) {
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  const kinds = new Map<string, string>();
  const bytes = new Map<string, number>();
  network.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? 'Other';
    bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
  });
  return async (address: string) => {
    bytes.clear();
    await page.goto(address);
    await expect(lotOn(page).connection).toHaveAttribute('data-connection', 'live');
    await page.waitForLoadState('networkidle');
    return (kind: string) => (bytes.get(kind) ?? 0) / 1024;
  };
}

const words = 'walnut mahogany brass painted signed worn restored Georgian small large pair'.split(
  ' ',
);
/** A text that is not the same sentence over and over, which would weigh next to nothing. */
function aText(seed: number, words_count: number): string {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return `${words[state % words.length]}${state % 97}`;
  };
  return Array.from({ length: words_count }, next).join(' ');
}

test('what a page really loads at first keeps to its budget', async ({
  guest,
  register,
  viewport,
}) => {
  test.skip(viewport?.width !== 1280, 'bytes are the same at every width');
  const { page: seller } = await register('Mae');
  await offerMany(seller.request, { title: (n) => `${aText(n, 6)}, no ${n}`, count: 40 });
  const answer = await seller.request.post('/api/v1/auctions', {
    data: {
      title: 'A mantel clock',
      description: aText(7, 900),
      category: 'furniture',
      startingPrice: 10,
      durationSeconds: 3600,
    },
  });
  const pages = { list: '/', lot: `/auctions/${(await answer.json()).auctionId}` };
  const people = { guest: await guest(), bidder: (await register('Ned')).page };
  for (const [who, page] of Object.entries(people)) {
    const load = await weigh(page);
    for (const name of ['list', 'lot'] as const) {
      const sent = await load(pages[name]);
      for (const [kind, most] of Object.entries(budgets[name])) {
        const description = `${sent(kind).toFixed(1)} of ${most} KB`;
        test.info().annotations.push({ type: `${name}, ${who}, ${kind}`, description });
        // Nothing would mean that it was not counted.
        expect(sent(kind), `${name}, ${who}, ${kind}`).toBeGreaterThan(1);
        expect(sent(kind), `${name}, ${who}, ${kind}`).toBeLessThanOrEqual(most);
      }
    }
  }
});
