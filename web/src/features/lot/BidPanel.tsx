import { lazy, type Ref, Suspense, useEffect, useRef, useState } from 'react';
import { buttonClass } from '@/components/ui/Button';
import { Reserve, TimeLeft } from '@/components/ui/LotBits';
import { Price } from '@/components/ui/Price';
import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { useIsBanned } from '@/lib/banned';
import { cx } from '@/lib/cx';
import { textForBidder } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { formatAdded, formatDuration, formatLeft, formatMoment } from '@/lib/time';
import { book } from '@/live/instance';
import type { Intent, Order } from '@/live/intents';
import { closeOf, type LotView } from '@/live/view';
import { BidForm, type Draft } from './BidForm';
import { ClockNote } from './ClockNote';
import { IntentNote } from './IntentNote';
import { Later } from './Later';
import { Result } from './Result';
import { Standing } from './Standing';
import { t, tn } from './text';

interface Props {
  ref?: Ref<HTMLElement>;
  lot: Auction;
  view: LotView;
  intent: Intent | undefined;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onReview: (order: Order) => void;
  onDismiss: () => void;
}

/** Price, time and what the viewer can do about them. */
export function BidPanel(props: Props) {
  const { lot, view, intent } = props;
  return (
    <section
      ref={props.ref}
      // It takes the keyboard where what was pressed in it is gone.
      tabIndex={-1}
      aria-label={t('bid.panel')}
      className="panel scroll-mt-20 p-5 shadow-raised sm:p-6"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <PriceBlock lot={lot} view={view} />
        {lot.status !== 'draft' && <TimeBlock lot={lot} />}
      </div>
      {view.phase === 'closed' ? (
        <Result lot={lot} standing={view.standing} />
      ) : (
        <Standing lot={lot} standing={view.standing} />
      )}
      <IntentNote lot={lot} intent={intent} standing={view.standing} onDismiss={props.onDismiss} />
      <Action {...props} />
    </section>
  );
}

function PriceBlock({ lot, view }: { lot: Auction; view: LotView }) {
  const { pendingPrice, undecided } = view;
  const pending = pendingPrice !== null;
  const label = pending
    ? t('price.pendingLabel')
    : lot.status === 'sold'
      ? t('price.final')
      : lot.bidCount === 0
        ? t('price.start')
        : lot.status === 'active'
          ? t('price.current')
          : t('price.lastBid');
  const shown = formatMoney(pendingPrice ?? lot.currentBid);
  const own = lot.currentBidderId && lot.currentBidderId === lot.viewer?.bidderId;
  return (
    <div>
      <p className="text-sm text-muted">{label}</p>
      <div className="flex flex-wrap items-baseline gap-x-2.5">
        <p
          className={cx(
            'font-display font-semibold',
            // Millions are read as well in smaller figures, and fit on a phone.
            shown.length > 9 ? 'text-2xl/tight sm:text-4xl/tight' : 'text-4xl/tight',
            pending && 'text-muted italic',
          )}
          data-price={lot.currentBid}
          data-pending-price={pendingPrice ?? undefined}
        >
          {/* It glows when the server's price moves, not when somebody hopes that it will. */}
          <Price amount={lot.currentBid} text={shown} />
        </p>
        {pending && (
          <p className="money text-sm">
            {t(lot.bidCount > 0 ? 'price.now' : 'price.startsAt', {
              amount: formatMoney(lot.currentBid),
            })}
          </p>
        )}
      </div>
      {pending ? (
        <p className="text-sm text-muted italic">{undecided ? t('price.pending') : '\u00a0'}</p>
      ) : (
        lot.currentBidderName && (
          <p className="text-sm text-muted">
            {own ? t('price.byYou') : t('price.by', { name: textForBidder(lot.currentBidderName) })}
          </p>
        )
      )}
      <p className="money text-sm text-muted">{tn('card.bids', lot.bidCount)}</p>
      <Reserve lot={lot} className="text-sm" />
    </div>
  );
}

const added_shown_ms = 8_000;

interface Added {
  ms: number;
  /** Whether those in charge moved the close, and not a late bid. */
  byHouse: boolean;
}

/** How much the close has moved just now; null once it is no news any more. */
function useAdded({ id, endTime }: Auction): Added | null {
  const seen = useRef(endTime);
  const byHouse = useRef(false);
  const [added, setAdded] = useState<Added | null>(null);
  useEffect(
    () =>
      book.onChange((message) => {
        if (message.auctionId !== id || message.type !== 'auction_extended') return;
        byHouse.current = message.data.reason === 'admin';
      }),
    [id],
  );
  useEffect(() => {
    const ms = Date.parse(endTime) - Date.parse(seen.current);
    seen.current = endTime;
    if (ms <= 0) return;
    setAdded({ ms, byHouse: byHouse.current });
    byHouse.current = false;
    const timer = setTimeout(() => setAdded(null), added_shown_ms);
    return () => clearTimeout(timer);
  }, [endTime]);
  return added;
}

function TimeBlock({ lot }: { lot: Auction }) {
  const added = useAdded(lot);
  return (
    <div className="sm:grow sm:text-end">
      <p className="text-sm text-muted">
        {lot.status === 'scheduled'
          ? t('lot.opens')
          : lot.status === 'active'
            ? t('lot.closes')
            : t('lot.closed')}
      </p>
      <p className="text-xl/snug font-semibold" data-time-left>
        <TimeLeft lot={lot} tenths />
      </p>
      <p className="money text-sm text-muted">
        {formatMoment(lot.status === 'scheduled' ? lot.startTime : closeOf(lot))}
      </p>
      <ClockNote lot={lot} />
      {added !== null && lot.status === 'active' && (
        <p className="settle-in money mt-1 inline-block rounded-full bg-caution-soft px-2.5 py-0.5 text-sm font-semibold text-caution">
          {added.byHouse
            ? t('softClose.house', { time: formatLeft(added.ms) })
            : t('softClose.added', { added: formatAdded(added.ms) })}
        </p>
      )}
    </div>
  );
}

// Most people who look at a lot do not sell it: what only a seller needs is fetched for them alone.
const OwnLot = lazy(() => import('./OwnLot'));
// Nor does anybody lead at first.
const loadAutoBid = () => import('./AutoBid');

function Action({ lot, view, draft, onDraft, onReview }: Props) {
  const { phase, standing, undecided } = view;
  const own = standing === 'seller' && (
    <Suspense fallback={<div className="mt-4 h-11" />}>
      <OwnLot lot={lot} />
    </Suspense>
  );
  if (phase === 'closed') {
    const typed = draft.amount.trim() !== '' || draft.max.trim() !== '';
    return typed ? (
      <Note tone="caution" className="mt-4">
        {t('result.endedTyping')}
      </Note>
    ) : (
      own
    );
  }
  return (
    <>
      {own ? (
        own
      ) : phase === 'scheduled' ? (
        <p className="mt-4">{t('bid.notOpen', { moment: formatMoment(lot.startTime) })}</p>
      ) : phase === 'draft' ? (
        <p className="mt-4">{t('bid.draft')}</p>
      ) : phase === 'closing' ? (
        <p className="mt-4">{t('bid.closing')}</p>
      ) : !lot.viewer ? (
        <SignInToBid id={lot.id} />
      ) : standing === 'leading' ? (
        <Later
          load={loadAutoBid}
          props={{ lot, draft, onDraft, blocked: undecided, onReview }}
          fallback={<div className="mt-5 h-64" />}
        />
      ) : (
        <BidForm
          lot={lot}
          draft={draft}
          onDraft={onDraft}
          blocked={undecided}
          onReview={onReview}
        />
      )}
      <p className="mt-5 border-t border-line pt-4 text-sm text-muted">
        {lot.snipeWindowSeconds > 0
          ? t('softClose.explain', { window: formatDuration(lot.snipeWindowSeconds) })
          : t('softClose.none')}
      </p>
    </>
  );
}

/** Both ways to a bid at once: nobody looks for the one by way of the other. */
function SignInToBid({ id }: { id: string }) {
  if (useIsBanned()) return null;
  const search = { redirect: `/auctions/${id}` };
  return (
    <div className="mt-5 grid gap-2">
      <Link to="/sign-up" search={search} className={buttonClass('primary', 'text-lg')}>
        {t('bid.signUp')}
      </Link>
      <Link to="/sign-in" search={search} className={buttonClass('secondary', 'text-lg')}>
        {t('bid.signIn')}
      </Link>
      <p className="text-center text-sm text-muted">{t('bid.signInHint')}</p>
    </div>
  );
}
