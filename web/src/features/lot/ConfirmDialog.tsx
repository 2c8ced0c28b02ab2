import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { formatMoney, toCents } from '@/lib/money';
import type { Order } from '@/live/intents';
import { t } from './text';

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
export function ConfirmDialog({ lot, order, onConfirm, onBack }: Props) {
  return (
    <Dialog open={order !== null} title={order ? t(titles[order.kind]) : ''} onClose={onBack}>
      {order?.kind === 'bid' && (
        <BidQuestion lot={lot} order={order} onConfirm={onConfirm} onBack={onBack} />
      )}
      {order?.kind === 'autoBid' && (
        <>
          <Amount lead={t('confirm.autoLead')} amount={order.maxAmount} />
          <p className="mt-3 text-muted">{t('confirm.autoBinding')}</p>
          <Buttons
            go={t('confirm.autoGo', { amount: formatMoney(order.maxAmount) })}
            onGo={() => onConfirm(order)}
            onBack={onBack}
          />
        </>
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
    <>
      <Amount lead={t('confirm.lead')} amount={order.amount} />
      {order.maxAmount !== undefined && (
        <p className="money mt-1 text-center">
          {t('confirm.max', { max: formatMoney(order.maxAmount) })}
        </p>
      )}
      <p className="mt-3 text-muted">{t('confirm.binding', { title: lot.title })}</p>
      <div role="status">
        {moved && (
          <Note tone="caution" className="mt-3">
            {t('confirm.moved', { min: formatMoney(lot.minimumBid) })}
          </Note>
        )}
      </div>
      <Buttons
        go={t('confirm.go', { amount: formatMoney(order.amount) })}
        onGo={() => onConfirm(order)}
        onBack={onBack}
        blocked={moved}
      />
    </>
  );
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
