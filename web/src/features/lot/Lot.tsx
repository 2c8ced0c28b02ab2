import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useRef, useState } from 'react';
import { BackIcon } from '@/components/ui/icons';
import { Failure, Skeleton } from '@/components/ui/State';
import { WatchButton } from '@/components/ui/WatchButton';
import type { Auction } from '@/lib/api/types';
import { categoriesQuery } from '@/lib/categories';
import { cx } from '@/lib/cx';
import { textForCategory } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { meQuery } from '@/lib/session';
import { formatMoment } from '@/lib/time';
import { useTitle } from '@/lib/title';
import { clock, orders } from '@/live/instance';
import type { Order } from '@/live/intents';
import { useIntent, useLot, useLotPhase, useWatch } from '@/live/react';
import { closeOf, viewOf } from '@/live/view';
import { Announcer } from './Announcer';
import { BidBar } from './BidBar';
import { type Draft, emptyDraft } from './BidForm';
import { BidPanel } from './BidPanel';
import { Gallery } from './Gallery';
import { History } from './History';
import { isGone, lotQuery } from './lot';
import { t, tn } from './text';

interface Props {
  id: string;
  /** What to show where there is no such lot. */
  notFound: ReactNode;
}

/** One lot. What a list already knew of it is shown while the rest is fetched. */
export function LotPage({ id, notFound }: Props) {
  const { error, refetch } = useQuery(lotQuery(id));
  const lot = useLot(id);
  useWatch([id]);
  useTitle(lot?.title);
  if (isGone(error)) return notFound;
  if (lot) return <Loaded key={id} lot={lot} />;
  if (error) {
    return <Failure title={t('lot.error')} error={error} onRetry={() => void refetch()} />;
  }
  return <Loading />;
}

// Nobody needs the question at first sight: it is fetched once somebody is about to bid.
const loadConfirm = () => import('./ConfirmDialog');
const ConfirmDialog = lazy(loadConfirm);

/** Fetches the question ahead, when a pointer or the keyboard comes near the ways to bid. */
function useConfirmAhead(near: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = near.current;
    // Where it fails, the review itself asks again and says so.
    const ahead = () => void loadConfirm().catch(() => {});
    element?.addEventListener('pointerenter', ahead, { once: true });
    element?.addEventListener('focusin', ahead, { once: true });
    return () => {
      element?.removeEventListener('pointerenter', ahead);
      element?.removeEventListener('focusin', ahead);
    };
  }, [near]);
}

/** Puts the keyboard beside what was pressed and is gone now, and leaves the page where it is. */
function focusStill(place: RefObject<HTMLElement | null>): void {
  place.current?.focus({ preventScroll: true });
}

/**
 * Returns what to call when an order is confirmed: once its question has closed, the keyboard is put
 * at `place`. The dialog would give it back to a button that is blocked by then, and so to nothing.
 */
function useFocusAfter(asked: Order | null, place: RefObject<HTMLElement | null>): () => void {
  const confirmed = useRef(false);
  useEffect(() => {
    // The dialog is a child, so it has closed before this.
    if (asked || !confirmed.current) return;
    confirmed.current = false;
    focusStill(place);
  }, [asked, place]);
  return () => {
    confirmed.current = true;
  };
}

function Loaded({ lot }: { lot: Auction }) {
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [asked, setAsked] = useState<Order | null>(null);
  const [askable, setAskable] = useState(false);
  const panel = useRef<HTMLElement>(null);
  useConfirmAhead(panel);
  const focusAfter = useFocusAfter(asked, panel);
  const intent = useIntent(lot.id);
  const phase = useLotPhase(lot);
  const view = { ...viewOf(lot, intent, clock.now()), phase };
  const queries = useQueryClient();

  // A draft is a bid or a maximum; stopping an auto-bid leaves it alone.
  const accepted = intent?.state === 'accepted' && intent.order.kind !== 'cancelAutoBid';
  const signedOut = intent?.refusal?.code === 'UNAUTHORIZED';
  useEffect(() => {
    if (accepted) setDraft(emptyDraft);
  }, [accepted]);
  useEffect(() => {
    if (signedOut) void queries.invalidateQueries({ queryKey: meQuery.queryKey });
  }, [signedOut, queries]);
  const hasAutoBid = lot.viewer?.hasAutoBid;
  useEffect(() => {
    if (phase !== 'open') setAsked(null);
  }, [phase]);
  useEffect(() => {
    // Beaten while being asked: there is nothing left to stop.
    if (!hasAutoBid) setAsked((order) => (order?.kind === 'cancelAutoBid' ? null : order));
  }, [hasAutoBid]);

  const review = (order: Order) => {
    orders.dismiss(lot.id);
    loadConfirm().then(
      () => {
        setAskable(true);
        setAsked(order);
      },
      () => orders.refuse(lot.id, order, navigator.onLine ? 'NETWORK' : 'OFFLINE'),
    );
  };
  const confirm = (order: Order) => {
    focusAfter();
    setAsked(null);
    orders.submit(lot.id, order);
  };
  const dismiss = () => {
    orders.dismiss(lot.id);
    focusStill(panel);
  };
  return (
    <article className="pb-20 lg:pb-0">
      <BackLink />
      <div className="grid grid-cols-1 gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1.2fr)_minmax(22rem,1fr)] lg:grid-rows-[auto_auto_1fr]">
        <Gallery title={lot.title} images={lot.images} />
        <div className="min-w-0 lg:col-start-2 lg:row-span-3 lg:row-start-1">
          <div className="grid grid-cols-1 gap-5 lg:sticky lg:top-20">
            <Heading lot={lot} />
            <BidPanel
              ref={panel}
              lot={lot}
              view={view}
              intent={intent}
              draft={draft}
              onDraft={setDraft}
              onReview={review}
              onDismiss={dismiss}
            />
          </div>
        </div>
        <About lot={lot} />
        {lot.status !== 'draft' && <History lot={lot} />}
      </div>
      <BidBar
        lot={lot}
        view={view}
        intent={intent}
        panel={panel}
        onReview={review}
        onDismiss={dismiss}
      />
      {askable && (
        <Suspense>
          <ConfirmDialog
            lot={lot}
            order={asked}
            onConfirm={confirm}
            onBack={() => setAsked(null)}
          />
        </Suspense>
      )}
      <Announcer lot={lot} phase={phase} standing={view.standing} intent={intent} />
    </article>
  );
}

function BackLink() {
  return (
    <Link
      to="/"
      className="-mt-3 mb-2 -ms-1.5 inline-flex min-h-11 items-center gap-1 text-muted hover:text-accent"
    >
      <BackIcon className="size-4" />
      {t('lot.back')}
    </Link>
  );
}

/** Letters of a title that, set large, would push the price out of sight. */
const long_title = 60;

function Heading({ lot }: { lot: Auction }) {
  const { data: categories } = useQuery(categoriesQuery);
  const category = categories?.find(({ slug }) => slug === lot.category);
  return (
    <header>
      <p className="-mt-3 text-sm">
        <Link
          to="/"
          search={{ category: lot.category }}
          className="inline-flex min-h-11 items-center font-medium wrap-anywhere text-accent underline-offset-4 hover:underline"
        >
          {textForCategory(lot.category, category?.name ?? wordsOf(lot.category))}
        </Link>
      </p>
      <h1
        dir="auto"
        className={cx(
          '-mt-1',
          lot.title.length > long_title ? 'text-2xl/snug' : 'text-3xl/tight sm:text-4xl/tight',
        )}
      >
        {lot.title}
      </h1>
      <div className="mt-1 flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">
          {t('lot.soldBy')}{' '}
          <Link
            to="/sellers/$sellerId"
            params={{ sellerId: lot.sellerId }}
            className="inline-flex min-h-11 min-w-11 items-center text-ink wrap-anywhere underline underline-offset-4 hover:text-accent"
          >
            {lot.sellerName}
          </Link>
        </p>
        <Watchers lot={lot} />
      </div>
    </header>
  );
}

/** Who else keeps an eye on it; for everyone but the seller also the way to do so. */
function Watchers({ lot }: { lot: Auction }) {
  const open = lot.status === 'scheduled' || lot.status === 'active';
  // What is over is watched no more, but whoever does may stop.
  if (!open && !lot.viewer?.isWatching) return null;
  if (!lot.viewer?.isSeller) return <WatchButton lot={lot} worded />;
  return <p className="text-sm text-muted">{tn('watch.count', lot.watcherCount)}</p>;
}

/** A slug for reading, until the house's own name for it is known. */
function wordsOf(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function About({ lot }: { lot: Auction }) {
  const description = lot.description.trim();
  const opens = lot.status === 'scheduled';
  // Nothing opened where a lot was taken back before.
  const opened = opens || Date.parse(lot.startTime) < Date.parse(closeOf(lot));
  return (
    <section className="min-w-0">
      {description && (
        <>
          <h2 className="text-xl">{t('lot.description')}</h2>
          <p
            dir="auto"
            className="mt-2 mb-5 max-w-prose leading-relaxed wrap-anywhere whitespace-pre-line"
          >
            {description}
          </p>
        </>
      )}
      <dl className="money grid max-w-prose grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 border-t border-line pt-4 text-sm">
        <dt className="text-muted">{t('lot.startingPrice')}</dt>
        <dd>{formatMoney(lot.startingPrice)}</dd>
        {lot.status !== 'draft' && (
          <>
            {opened && (
              <>
                <dt className="text-muted">{t(opens ? 'lot.opens' : 'lot.opened')}</dt>
                <dd>{formatMoment(lot.startTime)}</dd>
              </>
            )}
            <dt className="text-muted">{t(closeLabel(lot))}</dt>
            <dd>{formatMoment(closeOf(lot))}</dd>
          </>
        )}
      </dl>
    </section>
  );
}

function closeLabel({ status }: Auction) {
  if (status === 'cancelled') return 'result.cancelled';
  return status === 'scheduled' || status === 'active' ? 'lot.closes' : 'lot.closed';
}

function Loading() {
  return (
    <>
      <BackLink />
      <div
        aria-busy="true"
        className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1.2fr)_minmax(22rem,1fr)]"
      >
        <span className="sr-only">{t('lot.loading')}</span>
        <Skeleton className="aspect-[4/3]" />
        <div className="grid content-start gap-5">
          <Skeleton className="h-20" />
          <Skeleton className="h-72" />
        </div>
      </div>
    </>
  );
}
