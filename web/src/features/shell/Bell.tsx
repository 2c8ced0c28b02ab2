import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { BellIcon } from '@/components/ui/icons';
import { Said } from '@/components/ui/Said';
import { ApiFailure } from '@/lib/api/client';
import { t, tn } from '@/lib/i18n';
import { Link } from '@/lib/router';
import { meQuery } from '@/lib/session';
import { unreadQuery } from '@/lib/unread';
import { feed } from '@/live/instance';
import { useConnection } from '@/live/react';

const shown_max = 99;

/** How much is unread, kept by the socket; said politely when something new has come. */
export function Bell() {
  const client = useQueryClient();
  const { data: unread = 0, error } = useQuery(unreadQuery);
  const [told, setTold] = useState(0);
  useEffect(
    () =>
      feed.onNotification(({ unreadCount }) => {
        client.setQueryData(unreadQuery.queryKey, unreadCount);
        void client.invalidateQueries({ queryKey: ['notifications', 'list'] });
        setTold(unreadCount);
      }),
    [client],
  );
  const live = useConnection() === 'live';
  useEffect(() => {
    // What was told while the line was down is not told again.
    if (live) void client.invalidateQueries({ queryKey: unreadQuery.queryKey });
  }, [live, client]);
  const signedOut = error instanceof ApiFailure && error.status < 500 && error.status > 0;
  useEffect(() => {
    // The session has ended elsewhere: another device, a new password, a blocked account.
    if (signedOut) void client.invalidateQueries({ queryKey: meQuery.queryKey });
  }, [signedOut, client]);
  return (
    <>
      <Link
        to="/notifications"
        aria-label={unread > 0 ? tn('nav.unread', unread) : t('nav.notifications')}
        className="relative grid size-11 shrink-0 place-items-center rounded-lg hover:text-accent"
      >
        <BellIcon className="size-6" />
        {unread > 0 && (
          <span
            aria-hidden="true"
            data-unread={unread}
            className="money absolute end-0 top-0.5 min-w-5 rounded-full bg-accent px-1 text-center text-xs/5 font-semibold text-on-accent"
          >
            {unread > shown_max ? `${shown_max}+` : unread}
          </span>
        )}
      </Link>
      <Said className="sr-only">{told > 0 && tn('nav.told', told)}</Said>
    </>
  );
}
