import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetOrder, type KeptOrder, keepOrder, keptOrders } from './kept';

const hour_ms = 3_600_000;

const sent = (key: string, more: Partial<KeptOrder> = {}): KeptOrder => ({
  key,
  lotId: 'lot',
  viewerId: 'ann',
  order: { kind: 'bid', amount: 55, maxAmount: 80 },
  sentAt: Date.now(),
  ...more,
});
const keysOf = (viewerId: string) => keptOrders(viewerId).map(({ key }) => key);

describe('kept orders', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('come back as they were, until they are forgotten', () => {
    const kept = [
      sent('a'),
      sent('b', { order: { kind: 'autoBid', maxAmount: 90 } }),
      sent('c', { order: { kind: 'cancelAutoBid' } }),
    ];
    for (const order of kept) keepOrder(order);
    expect(keptOrders('ann')).toEqual(kept);
    forgetOrder('b');
    expect(keysOf('ann')).toEqual(['a', 'c']);
  });

  it('are for whoever sent them, and gone once somebody else is here', () => {
    keepOrder(sent('a'));
    expect(keysOf('bob')).toEqual([]);
    expect(keysOf('ann')).toEqual([]);
  });

  it('are dropped when the house may have forgotten their keys', () => {
    keepOrder(sent('a'));
    vi.setSystemTime(Date.now() + 2 * hour_ms);
    keepOrder(sent('b'));
    vi.setSystemTime(Date.now() + 23 * hour_ms);
    expect(keysOf('ann')).toEqual(['b']);
  });

  it('outlive a device’s clock that is put back a little, and not by a day', () => {
    keepOrder(sent('a', { sentAt: Date.now() + hour_ms }));
    keepOrder(sent('b', { sentAt: Date.now() + 25 * hour_ms }));
    expect(keysOf('ann')).toEqual(['a']);
  });

  it('are a few, the newest', () => {
    for (let n = 0; n < 20; n += 1) keepOrder(sent(String(n)));
    expect(keysOf('ann')).toEqual(['12', '13', '14', '15', '16', '17', '18', '19']);
  });

  it('are none where something else lies in their place', () => {
    for (const damaged of ['', '{', 'null', '7', '{"key":"a"}']) {
      sessionStorage.setItem('orders', damaged);
      expect(keptOrders('ann')).toEqual([]);
    }
  });

  it('leave out what is no order', () => {
    const damaged = [
      null,
      {},
      sent('a', { lotId: 7 as never }),
      sent('b', { sentAt: 'today' as never }),
      sent('c', { order: null as never }),
      sent('d', { order: { kind: 'sell' } as never }),
      sent('e', { order: { kind: 'bid', amount: '55' } as never }),
      sent('f', { order: { kind: 'bid', amount: 55, maxAmount: '80' } as never }),
      sent('g', { order: { kind: 'autoBid' } as never }),
      sent('h'),
    ];
    sessionStorage.setItem('orders', JSON.stringify(damaged));
    expect(keysOf('ann')).toEqual(['h']);
  });

  it('are none, and no error, where the browser keeps nothing', () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(() => keepOrder(sent('a'))).not.toThrow();
    expect(() => forgetOrder('a')).not.toThrow();
    expect(keptOrders('ann')).toEqual([]);
    vi.unstubAllGlobals();
  });

  it('are none, and no error, where there is no room', () => {
    vi.stubGlobal('sessionStorage', {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('', 'QuotaExceededError');
      },
    });
    expect(() => keepOrder(sent('a'))).not.toThrow();
    expect(keptOrders('ann')).toEqual([]);
    vi.unstubAllGlobals();
  });
});
