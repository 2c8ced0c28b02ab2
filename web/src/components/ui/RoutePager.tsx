import type { Pagination } from '@/lib/api/types';
import { LinkTo, useLocation } from '@/lib/router';
import { buttonClass } from './Button';
import { Pager } from './Pager';

/** Leads to the other pages of the list at this address, all else in it kept. */
export function RoutePager({ pagination }: { pagination: Pagination }) {
  const { path, search } = useLocation();
  const addressOf = (page: number) => {
    const asked = new URLSearchParams(search);
    if (page === 1) asked.delete('page');
    else asked.set('page', String(page));
    return asked.size > 0 ? `${path}?${asked}` : path;
  };
  return (
    <Pager
      page={pagination.page}
      pages={pagination.totalPages}
      link={(page, content) =>
        page === null ? (
          <span aria-hidden="true" className={buttonClass('secondary', 'invisible')}>
            {content}
          </span>
        ) : (
          <LinkTo href={addressOf(page)} className={buttonClass('secondary')}>
            {content}
          </LinkTo>
        )
      }
    />
  );
}
