import { useEffect, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { t } from '@/lib/i18n';
import { Link, useRouter } from '@/lib/router';
import { useTitle } from '@/lib/title';
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

/** Whether there is no network. The page is tried again once the house has been reached. */
function useOffline(): boolean {
  const router = useRouter();
  const status = useConnection();
  const [offline, setOffline] = useState(status === 'offline');
  const reached = status === 'live' || status === 'polling';
  useEffect(() => {
    if (status === 'offline') setOffline(true);
    else if (offline && reached) void router.retry().then(() => setOffline(false));
  }, [router, status, offline, reached]);
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
