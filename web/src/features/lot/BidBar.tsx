import { type RefObject, useEffect, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { TimeLeft } from '@/components/ui/LotBits';
import type { Auction } from '@/lib/api/types';
import { useIsBanned } from '@/lib/banned';
import { cx } from '@/lib/cx';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import type { Intent, Order } from '@/live/intents';
import type { LotView } from '@/live/view';
import { IntentLine } from './IntentNote';
import { t } from './text';

/** Whether an element is out of sight. */
function useOutOfSight(ref: RefObject<HTMLElement | null>): boolean {
  const [out, setOut] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(
      // Several crossings may come at once; the last is how it stands now.
      (entries) => setOut(!(entries.at(-1)?.isIntersecting ?? true)),
      // What counts is the upper half: a panel that only peeks in shows no way to bid yet.
      { rootMargin: '0px 0px -45% 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return out;
}

interface Props {
  lot: Auction;
  view: LotView;
  intent: Intent | undefined;
  /** The bid panel: while it is in view the bar would only say it twice. */
  panel: RefObject<HTMLElement | null>;
  onReview: (order: Order) => void;
  onDismiss: () => void;
}

/** On a phone, price, time and the next bid stay at hand at the bottom of the screen. */
export function BidBar({ lot, view, intent, panel, onReview, onDismiss }: Props) {
  const needed = useOutOfSight(panel);
  const isBanned = useIsBanned();
  const pending = view.pendingPrice !== null;
  const shown = formatMoney(view.pendingPrice ?? lot.currentBid);
  if (!needed || view.phase !== 'open' || view.standing === 'seller') return null;
  return (
    <div
      data-bid-bar
      className="settle-in fixed inset-x-0 bottom-0 z-20 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] shadow-raised lg:hidden"
    >
      <div className="mx-auto max-w-2xl px-4 py-2.5">
        <IntentLine intent={intent} onDismiss={onDismiss} />
        <div className="flex items-center justify-between gap-3">
          <button
            type="button"
            aria-label={t('bid.jump')}
            onClick={() => panel.current?.scrollIntoView({ behavior: 'smooth', block: 'start' })}
            className="min-h-11 shrink-0 text-start"
          >
            <span
              className={cx(
                'money block font-semibold',
                shown.length > 9 ? 'text-base/tight' : 'text-lg/tight',
                pending && 'text-muted italic',
              )}
            >
              {shown}
            </span>
            <span className="block truncate text-sm">
              {pending && view.undecided ? (
                <span className="text-muted italic">{t('price.pending')}</span>
              ) : view.standing === 'leading' ? (
                <strong className="text-accent">{t('standing.leading')}</strong>
              ) : view.standing === 'outbid' ? (
                <strong className="text-alert">{t('standing.outbid')}</strong>
              ) : (
                <TimeLeft lot={lot} tenths />
              )}
            </span>
          </button>
          {isBanned ? null : !lot.viewer ? (
            <Link
              to="/sign-in"
              search={{ redirect: `/auctions/${lot.id}` }}
              className={buttonClass('primary', 'min-w-0')}
            >
              {t('bid.signIn')}
            </Link>
          ) : view.standing === 'leading' ? (
            <span className="shrink-0 text-sm">
              <TimeLeft lot={lot} tenths />
            </span>
          ) : (
            <Button
              className="money min-w-0"
              disabled={view.undecided}
              onClick={() => onReview({ kind: 'bid', amount: lot.minimumBid })}
            >
              {t('bid.quickBid', { amount: formatMoney(lot.minimumBid) })}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
