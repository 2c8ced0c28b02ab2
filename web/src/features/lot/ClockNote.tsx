import type { Auction } from '@/lib/api/types';
import { locale } from '@/lib/i18n';
import { formatLeft } from '@/lib/time';
import { clock } from '@/live/instance';
import { usePhase } from '@/live/react';
import { t } from './text';

/** From here on it matters to a bidder how good the countdown is. */
const shown_before_end_ms = 10 * 60_000;
/** A device that is off by more than this shows its owner another end than the house's. */
const off_ms_min = 60_000;

/** How well the countdown knows the house's time, and whether the device's clock tells another. */
export function ClockNote({ lot }: { lot: Auction }) {
  const { phase, now } = usePhase(lot, 1000);
  const { offsetMs, uncertaintyMs } = clock;
  if (phase !== 'open') return null;
  const off = Math.abs(offsetMs);
  const near = Date.parse(lot.endTime) - now < shown_before_end_ms;
  return (
    <>
      {near && (
        <p className="money text-sm text-muted" data-clock>
          {Number.isFinite(uncertaintyMs)
            ? t('clock.exact', { seconds: secondsOf(uncertaintyMs) })
            : t('clock.unknown')}
        </p>
      )}
      {off > off_ms_min && (
        <p className="money mt-1 max-w-72 text-sm text-caution">
          {t('clock.off', { time: formatLeft(wholeMinutes(off)) })}
        </p>
      )}
    </>
  );
}

/** Nobody needs to know it to the second. */
function wholeMinutes(ms: number): number {
  return Math.round(ms / 60_000) * 60_000;
}

/** Hundredths of a second, rounded up: never better than it is. */
function secondsOf(ms: number): string {
  return (Math.ceil(ms / 10) / 100).toLocaleString(locale, { minimumFractionDigits: 2 });
}
