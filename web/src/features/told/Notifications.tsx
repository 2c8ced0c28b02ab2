import { useQuery } from '@tanstack/react-query';
import { Button, buttonClass } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty, Skeleton } from '@/components/ui/State';
import type { Notification } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import { formatMoment } from '@/lib/time';
import { useTitle } from '@/lib/title';
import { notificationsQuery, useMarkRead } from './notifications';
import type { ToldSearch } from './search';
import { t } from './text';

export function Notifications({ search }: { search: ToldSearch }) {
  useTitle(t('told.title'));
  const query = useQuery(notificationsQuery(search.page ?? 1));
  const { mutate, isPending } = useMarkRead();
  const unread = query.data?.unreadCount ?? 0;
  return (
    <div className="mx-auto max-w-3xl">
      <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-3xl">{t('told.title')}</h1>
        <div className="flex flex-wrap gap-2">
          <Button
            kind="secondary"
            disabled={isPending || unread === 0}
            onClick={() => mutate(undefined)}
          >
            {t('told.readAll')}
          </Button>
          <Link to="/account/notifications" className={buttonClass('quiet')}>
            {t('told.settings')}
          </Link>
        </div>
      </div>
      <Fetched query={query} error={t('told.error')} loading={<Loading />}>
        {({ data, pagination }) =>
          data.length === 0 ? (
            <Empty title={t('told.none')}>
              <p className="text-muted">{t('told.noneHint')}</p>
              <Link to="/" className={buttonClass('secondary')}>
                {t('told.find')}
              </Link>
            </Empty>
          ) : (
            <>
              <ul className="panel divide-y divide-line overflow-hidden">
                {data.map((notification) => (
                  <Item
                    key={notification.id}
                    notification={notification}
                    onRead={() => mutate([notification.id])}
                  />
                ))}
              </ul>
              <RoutePager pagination={pagination} />
            </>
          )
        }
      </Fetched>
    </div>
  );
}

interface ItemProps {
  notification: Notification;
  onRead: () => void;
}

/** One thing told. Following it to its lot reads it. */
function Item({ notification, onRead }: ItemProps) {
  const { auctionId, auctionTitle, reason, createdAt } = notification;
  const unread = !notification.readAt;
  return (
    <li
      className={cx('flex flex-wrap items-center gap-x-4 gap-y-1 p-4', unread && 'bg-accent-soft')}
    >
      <div className="min-w-0 grow basis-64">
        <h2 className="text-lg/snug">
          <Link
            to="/auctions/$auctionId"
            params={{ auctionId }}
            onClick={() => unread && onRead()}
            className="underline-offset-4 hover:text-accent hover:underline"
          >
            {auctionTitle}
          </Link>
        </h2>
        <p className="money">
          {unread && <strong className="text-accent">{t('told.new')}. </strong>}
          {textOf(notification)}
        </p>
        {reason && <p>{t('told.reason', { reason })}</p>}
        <p className="money text-sm text-muted">
          <time dateTime={createdAt}>{formatMoment(createdAt)}</time>
        </p>
      </div>
      {unread && (
        <Button
          kind="quiet"
          className="max-sm:px-0"
          onClick={onRead}
          aria-label={`${t('told.read')}: ${auctionTitle}`}
        >
          {t('told.read')}
        </Button>
      )}
    </li>
  );
}

/** What was told, in the reader's words; in the house's where this version does not know the kind. */
function textOf({ kind, amount, message }: Notification): string {
  const money = typeof amount === 'number' ? formatMoney(amount) : null;
  switch (kind) {
    case 'unsold':
      // A seller's has no amount; that of whoever led has the bid that stayed below the reserve.
      return money === null ? t('told.unsold') : t('told.unsoldBelow', { amount: money });
    case 'cancelled':
      return t(`told.${kind}`);
    case 'outbid':
    case 'max_reached':
    case 'won':
    case 'sold':
    case 'ending_soon':
      return money === null ? message : t(`told.${kind}`, { amount: money });
    default:
      return message;
  }
}

function Loading() {
  return (
    <div className="grid gap-2">
      {['a', 'b', 'c', 'd'].map((name) => (
        <Skeleton key={name} className="h-20" />
      ))}
    </div>
  );
}
