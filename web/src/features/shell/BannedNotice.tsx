import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { banned } from '@/lib/banned';
import { t } from '@/lib/i18n';
import { meQuery } from '@/lib/session';

/** Says on every page that the account used here is blocked, once the house has said so. */
export function BannedNotice() {
  const { ban } = useStore(banned);
  const isBanned = ban !== null;
  const client = useQueryClient();
  useEffect(() => {
    // The session is over; from here on the house is seen as a guest sees it.
    if (isBanned) void client.invalidateQueries({ queryKey: meQuery.queryKey });
  }, [isBanned, client]);
  return (
    <div role="alert">
      {ban && (
        <p
          data-banned
          className="border-b border-alert/40 bg-alert-soft px-4 py-3 text-center text-alert"
        >
          <strong>{t('banned.title')}</strong> {t('banned.text')}
          {ban.reason && (
            <span className="block">{t('banned.reason', { reason: ban.reason })}</span>
          )}
        </p>
      )}
    </div>
  );
}
