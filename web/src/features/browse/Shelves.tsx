import { useQuery, useQueryClient } from '@tanstack/react-query';
import { startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { LotCard } from '@/components/ui/LotCard';
import { Failure, Skeleton } from '@/components/ui/State';
import { useNear } from '@/components/ui/useNear';
import { cx } from '@/lib/cx';
import { useBeginsAtTop } from '@/lib/router';
import { useWatch } from '@/live/react';
import { auctionsQuery, page_size } from './auctions';
import type { BrowseSearch } from './search';
import { heightOf, keepHeight } from './shelfHeights';
import { t } from './text';

const eager_cards = 4;
/** So many cards come up at a time, the first in view, so that no single piece of work holds up the rest. */
const cards_at_once = 8;
/** A page is made up when it is this near, so that nobody who scrolls calmly sees it come. */
const shelf_margin = '120% 0px';
const live_margin = '10% 0px';
/** Whoever flies past a page does not ask the house for it. */
const settle_ms = 120;

const gridClass = 'grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 lg:grid-cols-4';

interface Props {
  search: BrowseSearch;
  /** How many lots there are in all. */
  total: number;
}

/**
 * The whole list, page by page. Each page takes its place from the start, so that the scroll bar is
 * honest and the foot of the page can be reached; only those near the window have anything in them.
 */
export function Shelves({ search, total }: Props) {
  const first = search.page ?? 1;
  const last = Math.ceil(total / page_size);
  // The others take their measure from the first; what is gone back to is at once as long as when it was left.
  const beginsAtTop = useBeginsAtTop();
  const [hasMeasure, setHasMeasure] = useState(!beginsAtTop);
  const shelves = hasMeasure ? Math.max(1, last - first + 1) : 1;
  return (
    // Pages keep their room, so the browser need not hold on to anything when they are made up; it
    // would, and lead whoever comes back to another place.
    <div className="grid gap-3 [overflow-anchor:none] sm:gap-4">
      {Array.from({ length: shelves }, (_, index) => (
        <Shelf
          // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number.
          key={index}
          search={{ ...search, page: first + index > 1 ? first + index : undefined }}
          count={Math.min(page_size, total - (first + index - 1) * page_size)}
          isFirst={index === 0}
          onMeasured={setHasMeasure}
        />
      ))}
    </div>
  );
}

interface ShelfProps {
  search: BrowseSearch;
  count: number;
  isFirst: boolean;
  /** Told once it has its lots, and so its height. */
  onMeasured: (measured: true) => void;
}

function Shelf(props: ShelfProps) {
  const [nearRef, near] = useNear<HTMLDivElement>(shelf_margin, props.isFirst);
  const beginsAtTop = useBeginsAtTop();
  const [filled, setFilled] = useState(props.isFirst && !beginsAtTop);
  const isOpen = near && filled;
  const box = useRef<HTMLDivElement>(null);
  const name = JSON.stringify(props.search);
  const { count, onMeasured } = props;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (!isOpen) {
      element.style.setProperty('height', `${heightOf(name, count)}px`);
      return () => element.style.removeProperty('height');
    }
    const keep = () => keepHeight(name, count, element.offsetHeight);
    keep();
    onMeasured(true);
    const observer = new ResizeObserver(keep);
    observer.observe(element);
    return () => observer.disconnect();
  }, [isOpen, name, count, onMeasured]);
  return (
    <div ref={nearRef}>
      <div ref={box} className={isOpen ? undefined : 'overflow-hidden'}>
        {near && <Lots {...props} onFilled={setFilled} />}
      </div>
    </div>
  );
}

interface LotsProps extends Omit<ShelfProps, 'onMeasured'> {
  /** Told once all the lots are there, and when they leave. */
  onFilled: (filled: boolean) => void;
}

function Lots({ search, count, isFirst, onFilled }: LotsProps) {
  const client = useQueryClient();
  const query = auctionsQuery(search);
  const [settled, setSettled] = useState(
    () => isFirst || client.getQueryData(query.queryKey) !== undefined,
  );
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settle_ms);
    return () => clearTimeout(timer);
  }, []);
  const { data, error, isPlaceholderData, refetch } = useQuery({ ...query, enabled: settled });
  const up = useCardsUp(data?.ids.length ?? 0);
  const isFilled = Boolean(data ? up >= data.ids.length : error);
  useLayoutEffect(() => {
    onFilled(isFilled);
    return () => onFilled(false);
  }, [isFilled, onFilled]);
  if (error && !data) {
    return <Failure title={t('browse.error')} error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <LotSkeletons count={count} />;
  const from = ((search.page ?? 1) - 1) * page_size + 1;
  return (
    <ul
      aria-label={t('browse.shelf', { from, to: from + data.ids.length - 1 })}
      className={cx(gridClass, 'transition-opacity', isPlaceholderData && 'opacity-50')}
    >
      {data.ids.slice(0, up).map((id, index) => (
        <LiveLot key={id} id={id} eager={isFirst && index < eager_cards} />
      ))}
    </ul>
  );
}

/** How many of a page's cards have come up so far. */
function useCardsUp(count: number): number {
  const beginsAtTop = useBeginsAtTop();
  const [up, setUp] = useState(beginsAtTop ? cards_at_once : page_size);
  useEffect(() => {
    if (up < count) startTransition(() => setUp(up + cards_at_once));
  }, [up, count]);
  return up;
}

/** A card whose price is live for as long as it can be seen. */
function LiveLot({ id, eager }: { id: string; eager: boolean }) {
  const [ref, near] = useNear<HTMLLIElement>(live_margin);
  useWatch(near ? [id] : []);
  return (
    <li ref={ref}>
      <LotCard id={id} eager={eager} />
    </li>
  );
}

/** Cards without anything on them yet, of the size that they will have. */
export function LotSkeletons({ count }: { count: number }) {
  return (
    <div aria-busy="true" className={gridClass}>
      <span className="sr-only">{t('browse.loading')}</span>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes are all alike and never move.
        <div key={index} aria-hidden="true" className="panel overflow-hidden">
          <Skeleton className="aspect-[4/3] rounded-none" />
          <div className="grid gap-3 p-3 sm:p-4">
            <Skeleton className="h-11 w-4/5" />
            <Skeleton className="h-10 w-2/5" />
            <Skeleton className="mt-3 h-5 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
