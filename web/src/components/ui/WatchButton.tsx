import type { Auction } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { t, textForCode, tn } from '@/lib/i18n';
import { Link, useLocation } from '@/lib/router';
import { watching } from '@/live/instance';
import { useWatching } from '@/live/react';
import { HeartIcon } from './icons';

interface Props {
  lot: Auction;
  /** Says in a word what it does, where there is room. */
  worded?: boolean;
  className?: string;
}

const look =
  'inline-flex min-h-11 min-w-11 items-center justify-center gap-1.5 rounded-full border border-line bg-card px-3 text-sm hover:border-accent hover:text-accent';

/** Watches a lot or stops doing so. A guest is asked to sign in first. */
export function WatchButton({ lot, worded = false, className }: Props) {
  const view = useWatching(lot);
  const location = useLocation();
  const content = (
    <>
      <HeartIcon
        filled={view.watching}
        className={view.watching ? 'size-5 text-alert' : 'size-5'}
      />
      {worded && <span>{t(view.watching ? 'watch.on' : 'watch.short')}</span>}
      {view.count > 0 && (
        <span className="money" aria-hidden="true">
          {view.count}
        </span>
      )}
    </>
  );
  if (!lot.viewer) {
    return (
      <Link
        to="/sign-in"
        search={{ redirect: location.href }}
        aria-label={t('watch.add', { title: lot.title })}
        className={cx(look, className)}
      >
        {content}
      </Link>
    );
  }
  return (
    <span className={cx('inline-flex flex-wrap items-center gap-2', className)}>
      <button
        type="button"
        aria-label={t(view.watching ? 'watch.remove' : 'watch.add', { title: lot.title })}
        title={tn('watch.count', view.count)}
        onClick={() => void watching.wish(lot.id, !view.watching)}
        className={look}
      >
        {content}
      </button>
      <span role="alert" className="text-sm text-alert empty:hidden">
        {view.refused && textForCode(view.refused)}
      </span>
    </span>
  );
}
