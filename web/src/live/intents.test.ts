import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, type Order, OrderSender } from './intents';
import { keptOrders } from './kept';

const bid: Order = { kind: 'bid', amount: 55 };
const accepted: Answer = { status: 201, leads: true, finalAmount: 55 };
const refused = (status: number, code: string): Answer => ({
  status,
  refusal: { code, message: '', details: {} },
  retryAfterSeconds: 1,
});

type Step = Answer | 'never' | 'network';

function senderWith(steps: Step[], isOffline = () => false) {
  const keys: string[] = [];
  const post = vi.fn((_lot: string, _order: Order, key: string, signal: AbortSignal) => {
    keys.push(key);
    const step = steps.shift() ?? 'network';
    if (step === 'network') return Promise.reject(new TypeError('failed to fetch'));
    if (step !== 'never') return Promise.resolve(step);
    return new Promise<Answer>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
  });
  const onAnswered = vi.fn();
  const sender = new OrderSender({ post, isOffline, onAnswered, random: () => 0.5 });
  const intent = () => sender.get('lot');
  return { sender, post, keys, intent, onAnswered };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('OrderSender', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keeps the answer of an accepted bid', async () => {
    const { sender, intent, onAnswered } = senderWith([accepted]);
    sender.submit('lot', bid);
    expect(intent()?.state).toBe('sending');
    await settle();
    expect(intent()).toMatchObject({ state: 'accepted', leads: true, finalAmount: 55 });
    expect(onAnswered).toHaveBeenCalledOnce();
  });

  it('says it does not know after a time-out, and asks again with the same key', async () => {
    const { sender, intent, keys } = senderWith(['never', 'network', accepted]);
    sender.submit('lot', bid);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(intent()?.state).toBe('unknown');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(intent()?.state).toBe('accepted');
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('takes a refusal as final', async () => {
    const { sender, post, intent } = senderWith([refused(400, 'BID_TOO_LOW')]);
    sender.submit('lot', bid);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post).toHaveBeenCalledOnce();
    expect(intent()).toMatchObject({ state: 'refused', refusal: { code: 'BID_TOO_LOW' } });
  });

  it('waits as long as a busy house asks, then tries the same key again', async () => {
    const { sender, post, keys, intent } = senderWith([refused(429, 'TOO_MANY_BIDS'), accepted]);
    sender.submit('lot', bid);
    await settle();
    expect(intent()?.state).toBe('busy');
    await vi.advanceTimersByTimeAsync(999);
    expect(post).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(intent()?.state).toBe('accepted');
    expect(new Set(keys).size).toBe(1);
  });

  it('does not take a rate limit for an answer once a bid is in doubt', async () => {
    const first = senderWith([refused(429, 'RATE_LIMITED')]);
    first.sender.submit('lot', bid);
    await settle();
    expect(first.intent()?.state).toBe('refused');

    const doubtful = senderWith(['network', refused(429, 'RATE_LIMITED'), accepted]);
    doubtful.sender.submit('lot', bid);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(doubtful.intent()?.state).toBe('unknown');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(doubtful.intent()?.state).toBe('accepted');
  });

  it('is in doubt after 503, for the last commit may have gone through', async () => {
    const { sender, intent } = senderWith([refused(503, 'UNAVAILABLE'), accepted]);
    sender.submit('lot', bid);
    await settle();
    expect(intent()?.state).toBe('unknown');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(intent()?.state).toBe('accepted');
  });

  it('refuses a bid made offline and never sends it', async () => {
    const { sender, post, intent } = senderWith([accepted], () => true);
    sender.submit('lot', bid);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(intent()).toMatchObject({ state: 'refused', refusal: { code: 'OFFLINE' } });
    expect(post).not.toHaveBeenCalled();
  });

  it('takes no second order while the first is undecided, and a new key for the next', async () => {
    const { sender, keys } = senderWith([accepted, accepted]);
    expect(sender.submit('lot', bid)).toBe(true);
    expect(sender.submit('lot', bid)).toBe(false);
    await settle();
    expect(sender.submit('lot', bid)).toBe(true);
    await settle();
    expect(new Set(keys).size).toBe(2);
  });

  it('asks at once when the network is back', async () => {
    const { sender, post } = senderWith(['network', accepted]);
    sender.submit('lot', bid);
    await settle();
    sender.retryNow();
    await settle();
    expect(post).toHaveBeenCalledTimes(2);
  });

  it('drops the orders of somebody who signed out', async () => {
    const { sender, post, intent, onAnswered } = senderWith(['network', accepted]);
    sender.submit('lot', bid);
    await settle();
    sender.clear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(intent()).toBeUndefined();
    expect(post).toHaveBeenCalledOnce();
    expect(onAnswered).not.toHaveBeenCalled();
  });
});

/** What a sender leaves behind when its page goes, and what the next page's sender does with it. */
describe('OrderSender across a reload', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
  });
  afterEach(() => void vi.useRealTimers());

  /** A page on which Ann is signed in. */
  function pageWith(...given: Parameters<typeof senderWith>) {
    const page = senderWith(...given);
    page.sender.identify('ann');
    return page;
  }
  const kept = () => keptOrders('ann').length;

  it('keeps an order before it is sent, and until it is answered', async () => {
    const { sender, post, intent } = pageWith([accepted]);
    post.mockImplementationOnce(async () => {
      expect(keptOrders('ann')).toMatchObject([{ lotId: 'lot', order: bid, viewerId: 'ann' }]);
      return refused(503, 'UNAVAILABLE');
    });
    sender.submit('lot', bid);
    await settle();
    expect(intent()?.state).toBe('unknown');
    expect(kept()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(intent()?.state).toBe('accepted');
    expect(kept()).toBe(0);
  });

  it('forgets an order that was refused', async () => {
    pageWith([refused(400, 'BID_TOO_LOW')]).sender.submit('lot', bid);
    await settle();
    expect(kept()).toBe(0);
  });

  it('asks again with the same key, and in doubt from the start', async () => {
    const before = pageWith(['never']);
    before.sender.submit('lot', bid);
    const after = senderWith([refused(429, 'RATE_LIMITED'), accepted]);
    after.sender.identify('ann');
    expect(after.intent()).toMatchObject({ order: bid, state: 'unknown' });
    await settle();
    expect(after.intent()?.state).toBe('unknown');
    expect(after.sender.submit('lot', bid)).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(after.intent()?.state).toBe('accepted');
    expect(after.onAnswered).toHaveBeenCalledOnce();
    expect(new Set([...before.keys, ...after.keys]).size).toBe(1);
    expect(kept()).toBe(0);
  });

  it('shows the refusal of an order that it asked for again', async () => {
    pageWith(['never']).sender.submit('lot', bid);
    const { intent } = pageWith([refused(409, 'AUCTION_ENDED')]);
    await settle();
    expect(intent()).toMatchObject({ state: 'refused', refusal: { code: 'AUCTION_ENDED' } });
    expect(kept()).toBe(0);
  });

  it('asks once, however often it hears who the viewer is', async () => {
    pageWith(['never']).sender.submit('lot', bid);
    const { sender, post } = pageWith(['never']);
    sender.identify('ann');
    await settle();
    expect(post).toHaveBeenCalledOnce();
  });

  it('never sends an order that was made offline', async () => {
    pageWith([], () => true).sender.submit('lot', bid);
    const { post, intent } = pageWith([accepted]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post).not.toHaveBeenCalled();
    expect(intent()).toBeUndefined();
  });

  it('sends nothing for somebody else', async () => {
    pageWith(['never']).sender.submit('lot', bid);
    const { sender, post, intent } = senderWith([accepted]);
    sender.identify('bob');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post).not.toHaveBeenCalled();
    expect(intent()).toBeUndefined();
  });

  it('stops asking when it hears that the viewer is somebody else', async () => {
    const { sender, post, intent } = pageWith(['network', accepted]);
    sender.submit('lot', bid);
    await settle();
    sender.identify('bob');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(post).toHaveBeenCalledOnce();
    expect(intent()).toBeUndefined();
  });

  it('forgets the orders of somebody who signed out', async () => {
    const { sender } = pageWith(['never']);
    sender.submit('lot', bid);
    sender.clear();
    expect(kept()).toBe(0);
  });

  it('takes an order up when its sender signs in first', async () => {
    pageWith(['never']).sender.submit('lot', bid);
    const { sender, intent } = senderWith([accepted]);
    sender.clear();
    sender.identify('ann');
    await settle();
    expect(intent()?.state).toBe('accepted');
  });
});
