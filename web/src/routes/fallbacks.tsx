import { Button, buttonClass } from '@/components/ui/Button';
import { t } from '@/lib/i18n';
import { Link, useRouter } from '@/lib/router';
import { useTitle } from '@/lib/title';

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

/** Shown where a page failed in a way nobody foresaw, a chunk of an older release among them. */
export function Broken() {
  const router = useRouter();
  useTitle(t('page.error.title'));
  return (
    <div role="alert" className="grid justify-items-center gap-4 py-20 text-center">
      <h1 className="text-3xl">{t('page.error.title')}</h1>
      <p className="text-muted">{t('page.error.text')}</p>
      <div className="flex flex-wrap justify-center gap-3">
        <Button onClick={() => void router.retry()}>{t('page.retry')}</Button>
        <Link to="/" className={buttonClass('secondary')}>
          {t('page.home')}
        </Link>
      </div>
    </div>
  );
}
