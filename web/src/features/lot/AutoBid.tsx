import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { MoneyField } from '@/components/ui/Field';
import type { Auction } from '@/lib/api/types';
import { formatMoney, fromCents, parseAmount, plainAmount, toCents } from '@/lib/money';
import type { Order } from '@/live/intents';
import { openMaximum } from '@/live/view';
import { t } from './autoText';
import type { Draft } from './BidForm';

interface Props {
  lot: Auction;
  /** Shared with the bid form, so that what is typed here survives being outbid. */
  draft: Draft;
  onDraft: (draft: Draft) => void;
  blocked: boolean;
  onReview: (order: Order) => void;
}

/** For who leads: what the house may bid for them, to be set, changed or stopped. */
export default function AutoBid({ lot, draft, onDraft, blocked, onReview }: Props) {
  const [reviewed, setReviewed] = useState(false);
  const cents = parseAmount(draft.max);
  const min = lot.currentBid;
  const low = cents !== null && cents < toCents(min);
  const error =
    cents === null
      ? t('auto.error.amount', { example: plainAmount(min) })
      : low
        ? t('auto.error.low', { min: formatMoney(min) })
        : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setReviewed(true);
    if (cents === null || error || blocked) return;
    setReviewed(false);
    onReview({ kind: 'autoBid', maxAmount: fromCents(cents) });
  };
  return (
    <section className="mt-5">
      <h2 className="text-lg">{t('auto.title')}</h2>
      <p className="money mt-1 text-muted">{agreed(lot)}</p>
      <form onSubmit={submit} noValidate className="mt-3 grid gap-3">
        <MoneyField
          label={t('auto.field')}
          name="maxAmount"
          value={draft.max}
          onChange={(event) => {
            setReviewed(false);
            onDraft({ ...draft, max: event.target.value });
          }}
          hint={reviewed && low ? null : t('auto.hint', { min: formatMoney(min) })}
          error={reviewed ? error : null}
        />
        <Button type="submit" kind="secondary" disabled={blocked}>
          {t('auto.review')}
        </Button>
        {lot.viewer?.hasAutoBid && (
          <Button
            kind="quiet"
            disabled={blocked}
            onClick={() => onReview({ kind: 'cancelAutoBid' })}
          >
            {t('auto.cancel')}
          </Button>
        )}
      </form>
    </section>
  );
}

/** What the leader has agreed to: an auto-bid, or a plain bid that may lie above the price too. */
function agreed(lot: Auction): string {
  const open = openMaximum(lot);
  const max = formatMoney(open ?? lot.viewer?.maxAmount ?? lot.currentBid);
  if (lot.viewer?.hasAutoBid) return t(open === null ? 'auto.reached' : 'auto.some', { max });
  return open === null ? t('auto.none') : t('auto.bid', { max });
}
