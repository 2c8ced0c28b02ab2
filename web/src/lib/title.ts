import { useEffect } from 'react';
import { t } from './i18n';

/** Names the page in the browser's tab. */
export function useTitle(page: string | undefined): void {
  useEffect(() => {
    if (page) document.title = t('app.title', { page });
  }, [page]);
}
