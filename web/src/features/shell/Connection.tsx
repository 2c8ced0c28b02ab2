import { Said } from '@/components/ui/Said';
import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import type { Status } from '@/live/machine';
import { useConnection } from '@/live/react';

const dots: Record<Status, string> = {
  connecting: 'bg-edge',
  live: 'bg-accent',
  reconnecting: 'bg-caution',
  polling: 'bg-caution',
  offline: 'bg-alert',
};

/** The state of the connection, in a word. */
export function ConnectionDot() {
  const status = useConnection();
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted" data-connection={status}>
      <span aria-hidden="true" className={cx('size-2 rounded-full', dots[status])} />
      {t(`connection.${status}`)}
    </span>
  );
}

/** Says plainly when what is on the page may not be so any more. */
export function ConnectionBanner() {
  const status = useConnection();
  const quiet = status === 'connecting' || status === 'live';
  return (
    <Said>
      {!quiet && (
        <p
          className={cx(
            'border-b px-4 py-2.5 text-center text-sm font-medium',
            status === 'offline'
              ? 'border-alert/40 bg-alert-soft text-alert'
              : 'border-caution/40 bg-caution-soft text-caution',
          )}
        >
          {t(`connection.banner.${status}`)}
        </p>
      )}
    </Said>
  );
}
