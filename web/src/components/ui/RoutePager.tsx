import { Link } from '@tanstack/react-router';
import type { Pagination } from '@/lib/api/types';
import { buttonClass } from './Button';
import { Pager } from './Pager';

/** Leads to the other pages of the list at this address, all else in it kept. */
export function RoutePager({ pagination }: { pagination: Pagination }) {
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
          <Link
            to="."
            // Which address this is, only the router knows; each of them has a page.
            search={
              ((before: object) => ({ ...before, page: page === 1 ? undefined : page })) as never
            }
            className={buttonClass('secondary')}
          >
            {content}
          </Link>
        )
      }
    />
  );
}
