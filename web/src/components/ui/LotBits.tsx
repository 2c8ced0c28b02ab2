import type { Auction } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { formatLeft } from '@/lib/time';
import { clock } from '@/live/instance';
import { usePhase } from '@/live/react';

const minute_ms = 60_000;

interface TimeLeftProps {
  lot: Auction;
  /** Tenths of a second in the last minute. */
  tenths?: boolean;
  className?: string;
}

/** The time left by the server's clock; it renders by itself, so nothing around it must. */
export function TimeLeft({ lot, tenths: wanted = false, className }: TimeLeftProps) {
  const end = Date.parse(lot.endTime);
  // Digits that race are motion too.
  const tenths = wanted && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const lastMinute = tenths && lot.status === 'active' && end - clock.now() < 2 * minute_ms;
  const { phase, now } = usePhase(lot, lastMinute ? 100 : 1000);
  const soon = phase === 'open' && end - now < 5 * minute_ms;
  return (
    <span className={cx('money', soon && 'font-semibold text-alert', className)}>
      {textOf(lot, phase, now, tenths)}
    </span>
  );
}

function textOf(
  lot: Auction,
  phase: ReturnType<typeof usePhase>['phase'],
  now: number,
  tenths: boolean,
): string {
  switch (phase) {
    case 'draft':
      return t('status.draft');
    case 'scheduled': {
      const left = Date.parse(lot.startTime) - now;
      return left > 0 ? t('time.opensIn', { time: formatLeft(left) }) : t('time.opening');
    }
    case 'open':
      return t('time.left', { time: formatLeft(Date.parse(lot.endTime) - now, tenths) });
    case 'closing':
      return t('time.closing');
    case 'closed':
      return t(`status.${lot.status}`);
  }
}

/** Whether a reserve stands in the way of a sale. */
export function Reserve({ lot, className }: { lot: Auction; className?: string }) {
  const text = !lot.hasReserve
    ? t('reserve.none')
    : lot.reserveMet
      ? t('reserve.met')
      : t('reserve.notMet');
  const open = lot.hasReserve && !lot.reserveMet;
  return <span className={cx(open ? 'text-caution' : 'text-muted', className)}>{text}</span>;
}

/** What the price of a lot is called, in its present state. */
export function priceLabel(lot: Auction): string {
  if (lot.status === 'sold') return t('card.final');
  return lot.bidCount > 0 ? t('card.current') : t('card.startsAt');
}
