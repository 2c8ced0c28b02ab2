import { type FormEvent, useEffect, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { MoneyField } from '@/components/ui/Field';
import type { Auction } from '@/lib/api/types';
import { formatMoney, fromCents, parseAmount, plainAmount, toCents } from '@/lib/money';
import { orders } from '@/live/instance';
import type { Order } from '@/live/intents';
import { openMaximum } from '@/live/view';
import { t } from './text';

interface Props {
  lot: Auction;
  blocked: boolean;
  onReview: (order: Order) => void;
}

/** For who leads: what the house may bid for them, to be set, changed or stopped. */
export function AutoBid({ lot, blocked, onReview }: Props) {
  const [text, setText] = useState('');
  const [reviewed, setReviewed] = useState(false);
  const max = openMaximum(lot);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a maximum that was taken is no longer a draft.
  useEffect(() => setText(''), [max]);
  const cents = parseAmount(text);
  const min = lot.currentBid;
  const error =
    cents === null
      ? t('bid.error.amount', { example: plainAmount(min) })
      : cents < toCents(min)
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
      <p className="money mt-1 text-muted">
        {max === null ? t('auto.none') : t('auto.some', { max: formatMoney(max) })}
      </p>
      <form onSubmit={submit} noValidate className="mt-3 grid gap-3">
        <MoneyField
          label={t('auto.field')}
          name="maxAmount"
          value={text}
          onChange={(event) => setText(event.target.value)}
          hint={t('auto.hint', { min: formatMoney(min) })}
          error={reviewed ? error : null}
        />
        <Button type="submit" kind="secondary" disabled={blocked}>
          {t('auto.review')}
        </Button>
        {max !== null && (
          <Button
            kind="quiet"
            disabled={blocked}
            onClick={() => orders.submit(lot.id, { kind: 'cancelAutoBid' })}
          >
            {t('auto.cancel')}
          </Button>
        )}
      </form>
    </section>
  );
}
