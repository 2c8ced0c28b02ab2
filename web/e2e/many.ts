import type { APIRequestContext } from '@playwright/test';
import { expect } from './test';

interface Many {
  title: (n: number) => string;
  count: number;
  category?: string;
}

/** Offers many lots as whoever the requests come from; the first closes first. Returns their ids. */
export async function offerMany(
  request: APIRequestContext,
  { title, count, category = 'furniture' }: Many,
): Promise<string[]> {
  const offer = async (n: number) => {
    const answer = await request.post('/api/v1/auctions', {
      data: {
        title: title(n),
        category,
        startingPrice: 10 + n,
        bidIncrement: 1,
        durationSeconds: 3600 + n * 60,
      },
    });
    expect(answer.status()).toBe(201);
    return (await answer.json()).auctionId as string;
  };
  const ids: string[] = [];
  const at_once = 20;
  for (let from = 1; from <= count; from += at_once) {
    const numbers = Array.from({ length: Math.min(at_once, count - from + 1) }, (_, i) => from + i);
    ids.push(...(await Promise.all(numbers.map(offer))));
  }
  return ids;
}
