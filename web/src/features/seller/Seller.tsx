import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Chips, chipClass } from '@/components/ui/Chips';
import { Fetched } from '@/components/ui/Fetched';
import { LotCard } from '@/components/ui/LotCard';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty } from '@/components/ui/State';
import { Link } from '@/lib/router';
import { formatDay } from '@/lib/time';
import { useTitle } from '@/lib/title';
import { useWatch } from '@/live/react';
import { type SellerSearch, statusChoices } from './search';
import { isGone, sellerLotsQuery, sellerQuery } from './seller';
import { t, tn } from './text';

interface Props {
  id: string;
  search: SellerSearch;
  /** What to show where nobody sells under this address. */
  notFound: ReactNode;
}

/** Somebody who sells here, and what they offer. */
export function Seller({ id, search, notFound }: Props) {
  const query = useQuery(sellerQuery(id));
  useTitle(query.data && t('seller.title', { name: query.data.displayName }));
  if (isGone(query.error)) return notFound;
  return (
    <Fetched query={query} error={t('seller.error')}>
      {(seller) => (
        <>
          <h1 className="text-3xl break-words">{seller.displayName}</h1>
          <p className="money mt-1 text-muted">
            {[
              t('seller.since', { moment: formatDay(seller.memberSince) }),
              tn('seller.active', seller.activeCount),
              tn('seller.sold', seller.soldCount),
            ].join(' · ')}
          </p>
          <Chips label={t('seller.status')}>
            {statusChoices.map((status) => (
              <Link
                key={status}
                to="/sellers/$sellerId"
                params={{ sellerId: id }}
                search={status === 'active' ? {} : { status }}
                aria-current={status === (search.status ?? 'active') ? 'true' : undefined}
                className={chipClass(status === (search.status ?? 'active'))}
              >
                {t(`seller.${status}`)}
              </Link>
            ))}
          </Chips>
          <Lots id={id} search={search} />
        </>
      )}
    </Fetched>
  );
}

function Lots({ id, search }: { id: string; search: SellerSearch }) {
  const query = useQuery(sellerLotsQuery(id, search));
  useWatch(query.data?.ids ?? []);
  return (
    <Fetched query={query} error={t('seller.lotsError')}>
      {({ ids, pagination }) =>
        ids.length === 0 ? (
          <Empty title={t('seller.none')} />
        ) : (
          <>
            <ul className="grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 lg:grid-cols-4">
              {ids.map((lotId) => (
                <li key={lotId}>
                  <LotCard id={lotId} />
                </li>
              ))}
            </ul>
            <RoutePager pagination={pagination} />
          </>
        )
      }
    </Fetched>
  );
}
