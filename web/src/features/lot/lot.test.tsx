import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Auction, BidPage } from '@/lib/api/types';
import { voice } from '@/lib/voice';
import type { Intent } from '@/live/intents';
import { aLot } from '@/live/testing';
import { viewOf } from '@/live/view';
import { Announcer, announcement } from './Announcer';
import { BidForm, emptyDraft, orderOf } from './BidForm';
import { BidPanel } from './BidPanel';
import { withBid } from './bids';
import ConfirmDialog from './ConfirmDialog';
import { farAbove } from './farAbove';

afterEach(cleanup);

function Form({ lot, onReview }: { lot: Auction; onReview: () => void }) {
  const [draft, setDraft] = useState(emptyDraft);
  return <BidForm lot={lot} draft={draft} onDraft={setDraft} blocked={false} onReview={onReview} />;
}

describe('BidForm', () => {
  it('keeps what is typed when the price moves, and shows the new minimum', () => {
    const lot = aLot({ currentBid: 50, minimumBid: 55, bidCount: 2 });
    const { rerender } = render(<Form lot={lot} onReview={vi.fn()} />);
    const field = screen.getByLabelText<HTMLInputElement>('Your bid');
    fireEvent.change(field, { target: { value: '57' } });
    rerender(<Form lot={{ ...lot, currentBid: 60, minimumBid: 65 }} onReview={vi.fn()} />);
    expect(field.value).toBe('57');
    const risen = 'The price has just risen. The next bid is €65 or more now.';
    expect(screen.getByText(risen)).toBeTruthy();
    expect(screen.queryByText('The bid must be €65 or more.')).toBeNull();
    // Still typing: the line stays until the amount will do.
    fireEvent.change(field, { target: { value: '6' } });
    expect(screen.getByText(risen)).toBeTruthy();
    fireEvent.change(field, { target: { value: '66' } });
    expect(screen.queryByText(risen)).toBeNull();
  });

  it('does not say the minimum twice', () => {
    render(<Form lot={aLot({ minimumBid: 55 })} onReview={vi.fn()} />);
    const field = screen.getByLabelText('Your bid');
    fireEvent.change(field, { target: { value: '54' } });
    expect(screen.getByText('€55 or more')).toBeTruthy();
    fireEvent.click(screen.getByText('Review bid'));
    expect(screen.getByText('The bid must be €55 or more.')).toBeTruthy();
    expect(screen.queryByText('€55 or more')).toBeNull();
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it('does not complain about an amount that is still being typed', () => {
    render(<Form lot={aLot({ minimumBid: 55 })} onReview={vi.fn()} />);
    const field = screen.getByLabelText<HTMLInputElement>('Your bid');
    fireEvent.change(field, { target: { value: '5' } });
    expect(field.getAttribute('aria-invalid')).toBe('false');
  });

  it('asks for confirmation only of what can be bid', () => {
    const onReview = vi.fn();
    render(<Form lot={aLot({ minimumBid: 55 })} onReview={onReview} />);
    fireEvent.change(screen.getByLabelText('Your bid'), { target: { value: '54' } });
    fireEvent.click(screen.getByText('Review bid'));
    expect(onReview).not.toHaveBeenCalled();
    fireEvent.change(screen.getByLabelText('Your bid'), { target: { value: '60' } });
    fireEvent.click(screen.getByText('Review bid'));
    expect(onReview).toHaveBeenCalledWith({ kind: 'bid', amount: 60 });
  });
});

describe('BidPanel', () => {
  const viewer = {
    bidderId: 'me',
    isSeller: false,
    isWatching: false,
    hasBid: false,
    hasAutoBid: false,
    isHighestBidder: false,
    maxAmount: null,
  };
  const now = Date.parse('2026-01-05T12:00:00.000Z');
  const sent: Intent = { key: 'k', order: { kind: 'bid', amount: 20 }, state: 'sending' };
  const panel = (lot: Auction, intent?: Intent, onReview = vi.fn()) => (
    <BidPanel
      lot={lot}
      view={viewOf(lot, intent, now)}
      intent={intent}
      draft={emptyDraft}
      onDraft={vi.fn()}
      onReview={onReview}
      onDismiss={vi.fn()}
    />
  );
  const price = () => document.querySelector<HTMLElement>('[data-price]');

  it('shows a bid at once, marked as unconfirmed, and takes it back when it is refused', () => {
    const lot = aLot({ viewer, bidCount: 1, minimumBid: 11 });
    const { rerender } = render(panel(lot, sent));
    expect(price()?.textContent).toBe('€20');
    expect(price()?.dataset).toMatchObject({ price: '10', pendingPrice: '20' });
    expect(screen.getByText('now €10')).toBeTruthy();
    expect(screen.getByText('Your bid, being confirmed')).toBeTruthy();
    expect(screen.getByText('Sending your bid of €20…')).toBeTruthy();
    expect(screen.getByText('1 bid')).toBeTruthy();

    const refusal = { code: 'BID_TOO_LOW', message: '', details: {} };
    rerender(panel(lot, { ...sent, state: 'refused', refusal }));
    expect(price()?.textContent).toBe('€10');
    expect(price()?.dataset.pendingPrice).toBeUndefined();
    expect(screen.queryByText('Your bid, being confirmed')).toBeNull();
    expect(screen.getByText('Your bid was not taken')).toBeTruthy();
  });

  it('offers to stop only what can be stopped', async () => {
    const leads = { ...viewer, hasBid: true, isHighestBidder: true, maxAmount: 50 };
    const lot = aLot({ viewer: leads, bidCount: 2, currentBid: 31 });
    const onReview = vi.fn();
    const { rerender } = render(panel(lot, undefined, onReview));
    const stands = 'Your bid of €50 stands and answers lower bids by itself.';
    expect(await screen.findByText(stands)).toBeTruthy();
    expect(screen.queryByText('Stop bidding for me')).toBeNull();

    rerender(panel({ ...lot, viewer: { ...leads, hasAutoBid: true } }, undefined, onReview));
    expect(screen.getByText('Gavel answers other bids for you up to €50.')).toBeTruthy();
    fireEvent.click(screen.getByText('Stop bidding for me'));
    expect(onReview).toHaveBeenCalledWith({ kind: 'cancelAutoBid' });
  });

  it('names what was refused', () => {
    const refusal = { code: 'NOT_FOUND', message: '', details: {} };
    render(
      panel(aLot({ viewer }), {
        ...sent,
        order: { kind: 'cancelAutoBid' },
        state: 'refused',
        refusal,
      }),
    );
    expect(screen.getByText('Bidding for you was not stopped')).toBeTruthy();
    expect(screen.queryByText('Your bid was not taken')).toBeNull();
  });
});

describe('orderOf', () => {
  const lot = aLot({ minimumBid: 55 });

  it('takes a lone maximum as the least bid with that maximum', () => {
    expect(orderOf(lot, { amount: '', max: '80' })).toEqual({
      kind: 'bid',
      amount: 55,
      maxAmount: 80,
    });
  });

  it('is none while an amount cannot be read or contradicts the other', () => {
    expect(orderOf(lot, { amount: 'sixty', max: '' })).toBeNull();
    expect(orderOf(lot, { amount: '60', max: '59' })).toBeNull();
    expect(orderOf(lot, { amount: '60', max: 'x' })).toBeNull();
  });
});

describe('ConfirmDialog', () => {
  it('does not let a bid go that the price has overtaken meanwhile', () => {
    const onConfirm = vi.fn();
    const order = { kind: 'bid', amount: 60 } as const;
    const dialog = (lot: Auction) => (
      <ConfirmDialog lot={lot} order={order} onConfirm={onConfirm} onBack={vi.fn()} />
    );
    const { rerender } = render(dialog(aLot({ minimumBid: 60 })));
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Bid €60' });
    expect(button.disabled).toBe(false);
    rerender(dialog(aLot({ minimumBid: 65 })));
    expect(button.disabled).toBe(true);
    expect(screen.getByText('The price has moved. The next bid is €65 or more.')).toBeTruthy();
  });
});

describe('ConfirmDialog of an amount far above the minimum', () => {
  it('lets it go only once it has been said again', () => {
    const onConfirm = vi.fn();
    const order = { kind: 'bid', amount: 600 } as const;
    const lot = aLot({ minimumBid: 60 });
    render(<ConfirmDialog lot={lot} order={order} onConfirm={onConfirm} onBack={vi.fn()} />);
    const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Bid €600' });
    expect(button.disabled).toBe(true);
    const look = 'This is 10 times the least bid of €60. Is it what you mean?';
    expect(screen.getByText(look)).toBeTruthy();
    fireEvent.click(screen.getByLabelText('Yes, I mean €600'));
    expect(button.disabled).toBe(false);
    fireEvent.click(button);
    expect(onConfirm).toHaveBeenCalledWith(order);
  });

  it('asks of a maximum only where a digit too many shows', () => {
    const lot = aLot({ minimumBid: 60 });
    const order = (maxAmount: number) => ({ kind: 'bid', amount: 60, maxAmount }) as const;
    expect(farAbove(lot, order(500))).toBeNull();
    expect(farAbove(lot, order(600))).toEqual({ amount: 600, times: 10 });
    expect(farAbove(lot, { kind: 'autoBid', maxAmount: 6000 })?.times).toBe(100);
    expect(farAbove(lot, { kind: 'cancelAutoBid' })).toBeNull();
  });
});

describe('ConfirmDialog of stopping an auto-bid', () => {
  it('asks first', () => {
    const onConfirm = vi.fn();
    const order = { kind: 'cancelAutoBid' } as const;
    render(<ConfirmDialog lot={aLot()} order={order} onConfirm={onConfirm} onBack={vi.fn()} />);
    expect(screen.getByText('Stop bidding for you?')).toBeTruthy();
    fireEvent.click(screen.getByText('Stop bidding for me'));
    expect(onConfirm).toHaveBeenCalledWith(order);
  });
});

describe('announcement', () => {
  const before = {
    price: 50,
    standing: 'leading',
    phase: 'open',
    end: 0,
    milestone: 60,
    own: '',
  } as const;

  it('says the last word about everything that changed', () => {
    const now = { ...before, price: 60, standing: 'outbid', end: 120_000 } as const;
    expect(announcement(before, now, 'active')).toBe(
      'Current bid €60. You have been outbid. The close has moved: +2:00.',
    );
  });

  it('is silent about nothing, and says the end once', () => {
    const closed = { ...before, phase: 'closed' } as const;
    expect(announcement(before, before, 'active')).toBe('');
    expect(announcement(before, closed, 'unsold')).toBe('The lot has closed.');
    expect(announcement(before, { ...closed, standing: 'won' }, 'sold')).toBe(
      'The lot has closed. You won.',
    );
    expect(announcement(closed, closed, 'unsold')).toBe('');
  });

  it('says milestones of the countdown as they are reached, and none that a late bid undid', () => {
    const at = (milestone: number | null) => ({ ...before, milestone });
    expect(announcement(at(null), at(60), 'active')).toBe('Less than 1 minute left.');
    expect(announcement(at(60), at(10), 'active')).toBe('Less than 10 seconds left.');
    expect(announcement(at(10), at(60), 'active')).toBe('');
  });

  it('says what the bidder’s own order came to before anything else', () => {
    const own = 'Your bid was not taken. Someone was faster.';
    expect(announcement(before, { ...before, own, price: 60 }, 'active')).toBe(
      `${own} Current bid €60.`,
    );
  });
});

describe('Announcer', () => {
  afterEach(() => vi.useRealTimers());

  it('speaks at most every five seconds, and the last word wins', () => {
    vi.useFakeTimers({ now: Date.parse('2026-01-05T12:00:00.000Z') });
    const at = (currentBid: number) => (
      <Announcer lot={aLot({ currentBid })} phase="open" standing="none" intent={undefined} />
    );
    const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));
    const { rerender } = render(at(50));
    const said = voice.text;
    wait(6_000);
    expect(said()).toBe('');
    rerender(at(60));
    wait(10);
    expect(said()).toBe('Current bid €60.');
    for (const price of [61, 62, 63]) {
      rerender(at(price));
      wait(1_000);
      expect(said()).toBe('Current bid €60.');
    }
    wait(2_000);
    expect(said()).toBe('Current bid €63.');
  });
});

describe('withBid', () => {
  const page: BidPage = {
    data: [],
    pagination: { page: 1, limit: 2, total: 0, totalPages: 0 },
  };
  const message = (bidId: string) =>
    ({
      type: 'bid_update',
      auctionId: 'lot',
      timestamp: '2026-01-05T12:00:00.000Z',
      seq: 1,
      data: { bidId, amount: 5, bidderId: 'a', bidderName: 'A', bidCount: 1, isProxyBid: false },
    }) as Parameters<typeof withBid>[1];

  it('puts a bid on top once, and keeps the page’s length', () => {
    let now = page;
    for (const id of ['1', '2', '2', '3']) now = withBid(now, message(id));
    expect(now.data.map((bid) => bid.id)).toEqual(['3', '2']);
    expect(now.data.map((bid) => bid.isWinning)).toEqual([true, false]);
  });
});
