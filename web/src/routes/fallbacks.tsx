import { useEffect, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { t } from '@/lib/i18n';
import { Link, useRouter } from '@/lib/router';
import { useTitle } from '@/lib/title';
import { backoffMs } from '@/live/backoff';
import { useConnection } from '@/live/react';

export function NotFound() {
  useTitle(t('page.notFound.title'));
  return (
    <div className="grid justify-items-center gap-4 py-20 text-center">
      <h1 className="text-3xl">{t('page.notFound.title')}</h1>
      <p className="text-muted">{t('page.notFound.text')}</p>
      <Link to="/" className={buttonClass('secondary')}>
        {t('page.home')}
      </Link>
    </div>
  );
}

/** A connection that has just come back may fail once more, for a part of the browser at least. */
const tries_max = 4;
const pause = { baseMs: 500, capMs: 4_000 };

/**
 * Whether there is no network. The page is tried again once the house has been reached, and some
 * times more where it does not come then.
 */
function useOffline(): boolean {
  const router = useRouter();
  const status = useConnection();
  const [offline, setOffline] = useState(status === 'offline');
  const [tries, setTries] = useState(0);
  const reached = status === 'live' || status === 'polling';
  useEffect(() => {
    if (status === 'offline') {
      setOffline(true);
      setTries(0);
    } else if (offline && reached) {
      let left = false;
      const again = async () => {
        await router.retry();
        if (left) return;
        if (tries + 1 < tries_max) setTries(tries + 1);
        else setOffline(false);
      };
      const timer = setTimeout(() => void again(), tries && backoffMs(tries, pause));
      return () => {
        left = true;
        clearTimeout(timer);
      };
    }
  }, [router, status, offline, reached, tries]);
  return offline;
}

/**
 * Shown where a page could not be had: without a network, or in a way nobody foresaw, a chunk of an
 * older release among them.
 */
export function Broken() {
  const router = useRouter();
  const offline = useOffline();
  const title = t(offline ? 'page.offline.title' : 'page.error.title');
  useTitle(title);
  return (
    <div role="alert" className="grid justify-items-center gap-4 py-20 text-center">
      <h1 className="text-3xl">{title}</h1>
      <p className="text-muted">{t(offline ? 'page.offline.text' : 'page.error.text')}</p>
      <div className="flex flex-wrap justify-center gap-3">
        <Button onClick={() => void router.retry()}>{t('page.retry')}</Button>
        <Link to="/" className={buttonClass('secondary')}>
          {t('page.home')}
        </Link>
      </div>
    </div>
  );
}
