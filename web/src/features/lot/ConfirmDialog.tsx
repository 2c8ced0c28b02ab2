import { type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { formatMoney, toCents } from '@/lib/money';
import type { Order } from '@/live/intents';
import { t } from './confirmText';
import { farAbove } from './farAbove';

interface Props {
  lot: Auction;
  order: Order | null;
  onConfirm: (order: Order) => void;
  onBack: () => void;
}

const titles = {
  bid: 'confirm.title',
  autoBid: 'confirm.autoTitle',
  cancelAutoBid: 'confirm.stopTitle',
} as const;

/** The last step before an order binds somebody: the amount, large, and what it means. */
export default function ConfirmDialog({ lot, order, onConfirm, onBack }: Props) {
  return (
    <Dialog open={order !== null} title={order ? t(titles[order.kind]) : ''} onClose={onBack}>
      {order?.kind === 'bid' && (
        <BidQuestion lot={lot} order={order} onConfirm={onConfirm} onBack={onBack} />
      )}
      {order?.kind === 'autoBid' && (
        <SecondLook lot={lot} order={order}>
          {(look, sure) => (
            <>
              <Amount lead={t('confirm.autoLead')} amount={order.maxAmount} />
              <p className="mt-3 text-muted">{t('confirm.autoBinding')}</p>
              {look}
              <Buttons
                go={t('confirm.autoGo', { amount: formatMoney(order.maxAmount) })}
                onGo={() => onConfirm(order)}
                onBack={onBack}
                blocked={!sure}
              />
            </>
          )}
        </SecondLook>
      )}
      {order?.kind === 'cancelAutoBid' && (
        <>
          <p className="money mt-3 text-muted">
            {t('confirm.stopText', { amount: formatMoney(lot.currentBid) })}
          </p>
          <Buttons
            go={t('confirm.stopGo')}
            onGo={() => onConfirm(order)}
            back={t('confirm.stopBack')}
            onBack={onBack}
          />
        </>
      )}
    </Dialog>
  );
}

interface BidQuestionProps {
  lot: Auction;
  order: Extract<Order, { kind: 'bid' }>;
  onConfirm: (order: Order) => void;
  onBack: () => void;
}

function BidQuestion({ lot, order, onConfirm, onBack }: BidQuestionProps) {
  // The price may move while somebody reads; then they go back rather than being refused.
  const moved = toCents(order.amount) < toCents(lot.minimumBid);
  return (
    <SecondLook lot={lot} order={order}>
      {(look, sure) => (
        <>
          <Amount lead={t('confirm.lead')} amount={order.amount} />
          {order.maxAmount !== undefined && (
            <p className="money mt-1 text-center">
              {t('confirm.max', { max: formatMoney(order.maxAmount) })}
            </p>
          )}
          <p className="mt-3 text-muted">{t('confirm.binding', { title: lot.title })}</p>
          {/* The page's own live region is silent behind a modal question. */}
          <div role="status">
            {moved && (
              <Note tone="caution" className="mt-3">
                {t('confirm.moved', { min: formatMoney(lot.minimumBid) })}
              </Note>
            )}
          </div>
          {look}
          <Buttons
            go={t('confirm.go', { amount: formatMoney(order.amount) })}
            onGo={() => onConfirm(order)}
            onBack={onBack}
            blocked={moved || !sure}
          />
        </>
      )}
    </SecondLook>
  );
}

interface SecondLookProps {
  lot: Auction;
  order: Order;
  children: (look: ReactNode, sure: boolean) => ReactNode;
}

/** Where an amount looks like a slip of the finger, it must be said once more before it can go. */
function SecondLook({ lot, order, children }: SecondLookProps) {
  const [said, setSaid] = useState(false);
  const far = farAbove(lot, order);
  if (!far) return children(null, true);
  const look = (
    <Note tone="caution" className="mt-4">
      <p className="money">
        {t('confirm.far', { times: far.times, min: formatMoney(lot.minimumBid) })}
      </p>
      <label className="money mt-1 flex min-h-11 items-center gap-3 font-semibold">
        <input
          type="checkbox"
          checked={said}
          onChange={(event) => setSaid(event.target.checked)}
          className="size-5 shrink-0 accent-accent"
        />
        {t('confirm.farYes', { amount: formatMoney(far.amount) })}
      </label>
    </Note>
  );
  return children(look, said);
}

function Amount({ lead, amount }: { lead: string; amount: number }) {
  return (
    <p className="mt-4 text-center">
      <span className="text-muted">{lead}</span>
      <strong className="money block font-display text-4xl/tight">{formatMoney(amount)}</strong>
    </p>
  );
}

interface ButtonsProps {
  go: string;
  onGo: () => void;
  back?: string;
  onBack: () => void;
  blocked?: boolean;
}

function Buttons({ go, onGo, back = t('confirm.back'), onBack, blocked = false }: ButtonsProps) {
  return (
    <div className="mt-6 grid gap-2">
      <Button onClick={onGo} disabled={blocked} className="money text-lg">
        {go}
      </Button>
      <Button kind="quiet" onClick={onBack}>
        {back}
      </Button>
    </div>
  );
}
