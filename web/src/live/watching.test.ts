import { describe, expect, it, vi } from 'vitest';
import type { Auction } from '@/lib/api/types';
import { aLot } from './testing';
import { Watching, watchViewOf } from './watching';

const viewer = {
  bidderId: 'me',
  isSeller: false,
  isWatching: false,
  hasBid: false,
  hasAutoBid: false,
  isHighestBidder: false,
  maxAmount: null,
};

function setUp() {
  let lot: Auction = aLot({ viewer, watcherCount: 3 });
  const answers: ((refused: string | null) => void)[] = [];
  const send = vi.fn(
    (_id: string, _watch: boolean) => new Promise<string | null>((answer) => answers.push(answer)),
  );
  const renew = vi.fn(async () => {
    const isWatching = send.mock.lastCall?.[1] ?? false;
    lot = { ...lot, viewer: { ...viewer, isWatching }, watcherCount: 3 + Number(isWatching) };
  });
  const watching = new Watching({ send, renew });
  const view = () => watchViewOf(lot, watching.store.getState().lot);
  return { watching, send, view, answer: (refused: string | null) => answers.shift()?.(refused) };
}

describe('watching a lot', () => {
  it('shows at once, and once only when the house has said so too', async () => {
    const { watching, view, answer } = setUp();
    expect(view()).toEqual({ watching: false, count: 3, refused: null });
    const done = watching.wish('lot', true);
    expect(view()).toEqual({ watching: true, count: 4, refused: null });
    answer(null);
    await done;
    expect(view()).toEqual({ watching: true, count: 4, refused: null });
    expect(watching.store.getState()).toEqual({});
  });

  it('is undone by a refusal, whose reason is kept', async () => {
    const { watching, view, answer } = setUp();
    const done = watching.wish('lot', true);
    answer('CONFLICT');
    await done;
    expect(view()).toEqual({ watching: false, count: 3, refused: 'CONFLICT' });
  });

  it('lets the last of several quick wishes count', async () => {
    const { watching, send, view, answer } = setUp();
    const done = watching.wish('lot', true);
    void watching.wish('lot', false);
    expect(view()).toEqual({ watching: false, count: 3, refused: null });
    answer(null);
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2));
    answer(null);
    await done;
    expect(send.mock.calls.map(([, watch]) => watch)).toEqual([true, false]);
    expect(view()).toEqual({ watching: false, count: 3, refused: null });
  });
});
