import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { MoneyField } from '@/components/ui/Field';
import type { Auction } from '@/lib/api/types';
import { formatMoney, fromCents, parseAmount, plainAmount, toCents } from '@/lib/money';
import type { Order } from '@/live/intents';
import { quickCents } from '@/live/view';
import { t } from './text';

/** What is typed. It belongs to the page, so that no news from the house resets it. */
export interface Draft {
  amount: string;
  max: string;
  /** The least bid that the typist has seen; where it is higher now, the price has risen since. */
  least?: number;
}

export const emptyDraft: Draft = { amount: '', max: '' };

interface Props {
  lot: Auction;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** While an answer is open, one bid must not be followed by another. */
  blocked: boolean;
  onReview: (order: Order) => void;
}

/** Quick bids, an amount of one's own, and a maximum for those who want one. */
export function BidForm({ lot, draft, onDraft, blocked, onReview }: Props) {
  const [reviewed, setReviewed] = useState(false);
  const max = useKeptFocus();
  const errors = errorsOf(lot, draft);
  const type = (change: Partial<Draft>) => {
    setReviewed(false);
    onDraft(typed(lot, draft, { ...draft, ...change }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setReviewed(true);
    const order = orderOf(lot, draft);
    if (order && !blocked) onReview(order);
  };
  return (
    <form onSubmit={submit} noValidate className="mt-5 grid gap-5">
      <fieldset>
        <legend className="mb-1.5 font-medium">{t('bid.quick')}</legend>
        <div className="flex flex-wrap gap-2">
          {quickCents(lot).map((cents, index) => {
            const amount = fromCents(cents);
            return (
              <Button
                key={cents}
                kind={index === 0 ? 'primary' : 'secondary'}
                className="money grow basis-20 px-2"
                disabled={blocked}
                aria-label={t('bid.quickBid', { amount: formatMoney(amount) })}
                onClick={() => onReview({ kind: 'bid', amount })}
              >
                {formatMoney(amount)}
              </Button>
            );
          })}
        </div>
      </fieldset>
      <MoneyField
        label={t('bid.amount')}
        name="amount"
        placeholder={plainAmount(lot.minimumBid)}
        value={draft.amount}
        onChange={(event) => type({ amount: event.target.value })}
        hint={reviewed && errors.low ? null : <AmountHint lot={lot} draft={draft} />}
        // What somebody is typing is not yet wrong.
        error={reviewed ? errors.amount : null}
      />
      <MoneyField
        ref={max}
        label={t('bid.max')}
        name="maxAmount"
        value={draft.max}
        onChange={(event) => type({ max: event.target.value })}
        hint={t('bid.maxHint')}
        error={reviewed ? errors.max : null}
      />
      <Button type="submit" kind="secondary" disabled={blocked}>
        {t('bid.review')}
      </Button>
    </form>
  );
}

/**
 * Who leads and is just typing a maximum gets this form in place of theirs when they are outbid:
 * the keyboard goes with them, at the end of what they have typed.
 */
function useKeptFocus(): RefObject<HTMLInputElement | null> {
  const max = useRef<HTMLInputElement>(null);
  // Asked while the form before is still there.
  const [typing] = useState(() => document.activeElement?.getAttribute('name') === 'maxAmount');
  useEffect(() => {
    const field = max.current;
    if (!typing || !field) return;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }, [typing]);
  return max;
}

/** A price that rose while somebody was typing is worth a word, and no alarm. */
function AmountHint({ lot, draft }: { lot: Auction; draft: Draft }) {
  const min = formatMoney(lot.minimumBid);
  const { least } = draft;
  return least !== undefined && toCents(lot.minimumBid) > toCents(least) ? (
    <span className="settle-in block text-caution">{t('bid.risen', { min })}</span>
  ) : (
    t('bid.amountHint', { min })
  );
}

/**
 * The draft after a keystroke. Typing begins at the least bid shown then; whoever answers a risen
 * price with an amount that will do has seen the new one.
 */
function typed(lot: Auction, before: Draft, now: Draft): Draft {
  if (now.amount.trim() === '') return { ...now, least: undefined };
  const began = before.amount.trim() === '';
  const answered = now.amount !== before.amount && !errorsOf(lot, now).amount;
  return began || answered ? { ...now, least: lot.minimumBid } : now;
}

/** The amount meant: an empty field with a maximum beside it means the least bid. */
function amountCents(lot: Auction, draft: Draft): number | null {
  if (draft.amount.trim() === '') return toCents(lot.minimumBid);
  return parseAmount(draft.amount);
}

function errorsOf(lot: Auction, draft: Draft) {
  const least = toCents(lot.minimumBid);
  const amount = amountCents(lot, draft);
  const max = draft.max.trim() === '' ? undefined : parseAmount(draft.max);
  const example = plainAmount(lot.minimumBid);
  const low = amount !== null && amount < least;
  return {
    low,
    amount:
      amount === null
        ? t('bid.error.amount', { example })
        : low
          ? t('bid.error.low', { min: formatMoney(lot.minimumBid) })
          : null,
    max:
      max === null
        ? t('bid.error.amount', { example })
        : max !== undefined && amount !== null && max < amount
          ? t('bid.error.max')
          : null,
  };
}

/** The order that a draft stands for; null while it cannot be one. */
export function orderOf(lot: Auction, draft: Draft): Order | null {
  const errors = errorsOf(lot, draft);
  const amount = amountCents(lot, draft);
  if (errors.amount || errors.max || amount === null) return null;
  const max = parseAmount(draft.max);
  return {
    kind: 'bid',
    amount: fromCents(amount),
    ...(max !== null && { maxAmount: fromCents(max) }),
  };
}
