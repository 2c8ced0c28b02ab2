import { ClockIcon } from '@/components/ui/icons';
import { Picture } from '@/components/ui/Picture';
import { formatMoney, parseAmount } from '@/lib/money';
import { formatMoment } from '@/lib/time';
import { durations } from './form';
import type { Typed } from './kept';
import { t } from './text';

/** The lot's card, made of what is typed so far. Nothing in it can be pressed. */
export function Preview({ typed, cover }: { typed: Typed; cover: string | undefined }) {
  const cents = parseAmount(typed.startingPrice ?? '');
  return (
    <section aria-label={t('sell.preview')}>
      <h2 className="mb-3 text-lg">{t('sell.preview')}</h2>
      <div className="panel overflow-hidden" data-preview>
        <Picture src={cover} alt="" className="aspect-[4/3] w-full" />
        <div className="grid gap-3 p-4">
          <p className="line-clamp-2 min-h-[2lh] font-display text-lg/snug font-semibold">
            {typed.title?.trim() || <span className="text-muted">{t('sell.preview.title')}</span>}
          </p>
          <div className="flex flex-wrap items-end justify-between gap-x-3 gap-y-1">
            <div>
              <p className="text-xs text-muted">{t('card.startsAt')}</p>
              <p className="money text-xl/tight font-semibold">
                {cents === null ? '–' : formatMoney(cents / 100)}
              </p>
            </div>
            <div className="text-end text-sm text-muted">
              <p>{t('sell.preview.bids')}</p>
              {typed.reservePrice?.trim() ? (
                <p className="text-caution">{t('reserve.notMet')}</p>
              ) : (
                <p>{t('reserve.none')}</p>
              )}
            </div>
          </div>
          <p className="flex items-center gap-1.5 border-t border-line pt-3 text-sm">
            <ClockIcon className="size-4 text-muted" />
            {runOf(typed)}
          </p>
          {typed.description?.trim() && (
            <p className="line-clamp-4 text-sm whitespace-pre-line text-muted">
              {typed.description}
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

/** How long bidders will have. */
function runOf({ duration, endTime = '' }: Typed): string {
  const preset = durations.find((choice) => choice === duration);
  if (preset && preset !== 'custom') {
    return t('sell.preview.open', { time: t(`sell.duration.${preset}`) });
  }
  const end = new Date(endTime);
  return Number.isNaN(end.getTime())
    ? '–'
    : t('sell.preview.until', { moment: formatMoment(end.toISOString()) });
}
