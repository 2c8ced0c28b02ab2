import type { ReactNode } from 'react';
import type { Auction } from '@/lib/api/types';
import { tn } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { useLot } from '@/live/react';
import { ClockIcon } from './icons';
import { priceLabel, Reserve, TimeLeft } from './LotBits';
import { Picture } from './Picture';
import { Price } from './Price';
import { WatchButton } from './WatchButton';

interface Props {
  id: string;
  /** One of the first few, whose pictures are in view at once. */
  eager?: boolean;
  /** More lines at the foot, such as one's own standing. */
  children?: ReactNode;
}

/** A lot in a list. It reads its lot itself, so one bid renders one card. */
export function LotCard({ id, eager, children }: Props) {
  const lot = useLot(id);
  if (!lot) return null;
  return (
    <article className="panel group relative flex h-full flex-col overflow-hidden transition-shadow hover:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <div className="overflow-hidden">
        <Picture
          src={lot.images[0]?.thumbnailUrl}
          alt=""
          eager={eager}
          className="aspect-[4/3] w-full transition-transform duration-500 ease-out-soft group-hover:scale-103"
        />
      </div>
      <div className="flex grow flex-col gap-2.5 p-3 sm:gap-3 sm:p-4">
        <h2
          dir="auto"
          className="line-clamp-3 text-base/snug text-wrap sm:line-clamp-2 sm:text-lg/snug"
        >
          <Link
            to="/auctions/$auctionId"
            params={{ auctionId: id }}
            className="outline-none group-hover:text-accent after:absolute after:inset-0"
          >
            {lot.title}
          </Link>
        </h2>
        <div className="mt-auto flex flex-wrap items-end justify-between gap-x-3 gap-y-1">
          <div>
            <p className="text-xs text-muted">{priceLabel(lot)}</p>
            <p className="text-xl/tight font-semibold group-data-stale/list:text-muted">
              <Price amount={lot.currentBid} text={formatMoney(lot.currentBid)} />
            </p>
          </div>
          <div className="text-sm sm:text-end">
            <p className="money text-muted">{tn('card.bids', lot.bidCount)}</p>
            <Reserve lot={lot} />
          </div>
        </div>
        <p className="flex items-center gap-1.5 border-t border-line pt-3 text-sm">
          <ClockIcon className="size-4 text-muted" />
          <TimeLeft lot={lot} />
        </p>
        {children}
      </div>
      {watchable(lot) && <WatchButton lot={lot} className="absolute end-2 top-2 opacity-95" />}
    </article>
  );
}

/** There is something to watch for while a lot may still change; one's own needs no watching. */
function watchable({ status, viewer }: Auction): boolean {
  return (
    (status === 'active' || status === 'scheduled' || viewer?.isWatching === true) &&
    !viewer?.isSeller
  );
}
