import type { ReactNode } from 'react';
import { t } from '@/lib/i18n';
import { useNavigating } from '@/lib/router';
import { BackIcon, ForwardIcon } from './icons';

interface Props {
  page: number;
  pages: number;
  /** Makes the link or button to a page, or its disabled stand-in where `to` is null. */
  link: (to: number | null, content: ReactNode) => ReactNode;
}

export function Pager({ page, pages, link }: Props) {
  const busy = useNavigating();
  if (pages <= 1) return null;
  return (
    <nav
      aria-label={t('browse.pages')}
      aria-busy={busy}
      className="mt-8 flex items-center justify-center gap-3"
    >
      {link(
        page > 1 ? page - 1 : null,
        <>
          <BackIcon />
          {t('browse.previous')}
        </>,
      )}
      <span className="money whitespace-nowrap text-muted">
        {t('browse.page', { page, pages })}
      </span>
      {link(
        page < pages ? page + 1 : null,
        <>
          {t('browse.next')}
          <ForwardIcon />
        </>,
      )}
    </nav>
  );
}
