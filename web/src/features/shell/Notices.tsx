import { useEffect, useState } from 'react';
import { CloseIcon } from '@/components/ui/icons';
import { Said } from '@/components/ui/Said';
import type { OutbidNotificationData } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link, useParams } from '@/lib/router';
import { feed } from '@/live/instance';

const shown_max = 3;

/** Tells somebody on any page that they were outbid; on the lot's own page the lot says so. */
export function Notices() {
  const { auctionId } = useParams();
  const [notices, setNotices] = useState<OutbidNotificationData[]>([]);
  useEffect(
    () =>
      feed.onOutbid((notice) =>
        setNotices((before) =>
          [notice, ...before.filter((other) => other.auctionId !== notice.auctionId)].slice(
            0,
            shown_max,
          ),
        ),
      ),
    [],
  );
  const drop = (id: string) =>
    setNotices((before) => before.filter((notice) => notice.auctionId !== id));
  return (
    <Said className="fixed end-4 top-20 z-30 grid w-[min(22rem,calc(100%-2rem))] gap-2 empty:hidden">
      {notices
        .filter((notice) => notice.auctionId !== auctionId)
        .map((notice) => (
          <div
            key={notice.auctionId}
            className="settle-in flex items-start gap-2 rounded-xl border border-alert/40 bg-alert-soft p-3 shadow-raised"
          >
            <p className="grow py-1.5">
              {t('notice.outbid', {
                title: notice.auctionTitle,
                amount: formatMoney(notice.newAmount),
              })}{' '}
              <Link
                to="/auctions/$auctionId"
                params={{ auctionId: notice.auctionId }}
                onClick={() => drop(notice.auctionId)}
                className="font-semibold whitespace-nowrap text-alert underline underline-offset-4"
              >
                {t('notice.look')}
              </Link>
            </p>
            <button
              type="button"
              onClick={() => drop(notice.auctionId)}
              aria-label={t('notice.dismiss')}
              className="grid size-11 shrink-0 place-items-center rounded-lg"
            >
              <CloseIcon className="size-4" />
            </button>
          </div>
        ))}
    </Said>
  );
}
