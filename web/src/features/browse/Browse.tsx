import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { LotCard } from '@/components/ui/LotCard';
import { RoutePager } from '@/components/ui/RoutePager';
import { Empty, Failure, Skeleton } from '@/components/ui/State';
import { categoriesQuery } from '@/lib/categories';
import { cx } from '@/lib/cx';
import { parseAmount } from '@/lib/money';
import { useTitle } from '@/lib/title';
import { useWatch } from '@/live/react';
import { auctionsQuery } from './auctions';
import { type BrowseSearch, type Sort, sortChoices, statusChoices } from './search';
import { t, tn } from './text';

const eager_cards = 4;

export function Browse({ search, searchBox }: { search: BrowseSearch; searchBox: ReactNode }) {
  useTitle(search.search ?? t('browse.title'));
  return (
    <>
      <div className="mb-5 md:hidden">{searchBox}</div>
      <Categories search={search} />
      <Results search={search} />
    </>
  );
}

function Categories({ search }: { search: BrowseSearch }) {
  const { data } = useQuery(categoriesQuery);
  // Open lots are counted, so a category without any leads nowhere; of the others nobody knows.
  const counted = !search.status;
  const shown = data?.filter(
    ({ slug, activeCount }) => !counted || activeCount > 0 || slug === search.category,
  );
  // One that the address names but the list does not know is shown too, so that it can be left.
  const unknown =
    search.category && data && !data.some((category) => category.slug === search.category)
      ? [{ slug: search.category, name: search.category, activeCount: 0 }]
      : [];
  const rest = { ...search, category: undefined, page: undefined };
  return (
    <nav aria-label={t('browse.categories')} className="-mx-4 min-h-13 overflow-x-auto px-4 pb-2">
      <ul className="flex gap-2 sm:flex-wrap">
        {shown && (
          <>
            <Chip search={rest} current={!search.category}>
              {t('browse.allCategories')}
            </Chip>
            {[...shown, ...unknown].map((category) => (
              <Chip
                key={category.slug}
                search={{ ...rest, category: category.slug }}
                current={search.category === category.slug}
              >
                {category.name}
                {counted && (
                  <span className="money text-sm opacity-80 sm:text-xs">
                    {category.activeCount}
                  </span>
                )}
              </Chip>
            ))}
          </>
        )}
      </ul>
    </nav>
  );
}

function Chip({
  search,
  current,
  children,
}: {
  search: BrowseSearch;
  current: boolean;
  children: ReactNode;
}) {
  return (
    <li>
      <Link
        to="/"
        search={search}
        aria-current={current ? 'true' : undefined}
        className={cx(
          'inline-flex min-h-11 items-center gap-2 rounded-full border px-4 whitespace-nowrap sm:min-h-9 sm:px-3 sm:text-sm',
          current
            ? 'border-accent bg-accent font-semibold text-on-accent'
            : 'border-line bg-card hover:border-accent',
        )}
      >
        {children}
      </Link>
    </li>
  );
}

function Results({ search }: { search: BrowseSearch }) {
  const { data, error, isPlaceholderData, refetch } = useQuery(auctionsQuery(search));
  useWatch(data?.ids ?? []);
  const total = data?.pagination.total;
  return (
    <section aria-busy={!data || isPlaceholderData}>
      <div className="mt-3 mb-5 flex flex-wrap items-center justify-between gap-x-4 gap-y-3 sm:items-end">
        <div className="min-w-0 grow">
          <h1 className="text-2xl/tight sm:text-3xl">
            {search.status ? t(`browse.status.${search.status}`) : t('browse.live')}
          </h1>
          <p role="status" className="min-h-6 text-muted">
            {total !== undefined && tn('browse.results', total)}{' '}
            {search.search && t('browse.forSearch', { search: search.search })}
          </p>
        </div>
        <Controls search={search} />
      </div>
      <PriceRange key={`${search.min} ${search.max}`} search={search} />
      {error && !data ? (
        <Failure title={t('browse.error')} error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.ids.length === 0 ? (
        <Nothing search={search} />
      ) : (
        <ul
          className={cx(
            'grid grid-cols-2 gap-3 transition-opacity sm:gap-4 md:grid-cols-3 lg:grid-cols-4',
            isPlaceholderData && 'opacity-50',
          )}
        >
          {data.ids.map((id, index) => (
            <li key={id}>
              <LotCard id={id} eager={index < eager_cards} />
            </li>
          ))}
        </ul>
      )}
      {data && <RoutePager pagination={data.pagination} />}
    </section>
  );
}

function Controls({ search }: { search: BrowseSearch }) {
  const navigate = useNavigate();
  const sortId = useId();
  const status = search.status ?? 'active';
  const sortText = (sort: Sort) =>
    sort === 'ending' && status === 'ended' ? t('browse.sort.endedLast') : t(`browse.sort.${sort}`);
  return (
    // On a phone the sort order stands beside the heading and the states have a row of their own.
    <div className="contents sm:flex sm:items-center sm:gap-3">
      <nav
        aria-label={t('browse.status')}
        className="flex overflow-hidden rounded-lg border border-edge max-sm:order-last max-sm:w-full"
      >
        {statusChoices.map((choice) => (
          <Link
            key={choice}
            to="/"
            search={{
              ...search,
              page: undefined,
              status: choice === 'active' ? undefined : choice,
            }}
            aria-current={choice === status ? 'true' : undefined}
            className={cx(
              'inline-flex min-h-11 grow items-center justify-center px-3.5 -outline-offset-2',
              choice === status ? 'bg-accent-soft font-semibold text-accent' : 'bg-card',
            )}
          >
            {t(`browse.status.${choice}`)}
          </Link>
        ))}
      </nav>
      <label htmlFor={sortId} className="sr-only">
        {t('browse.sort')}
      </label>
      <select
        id={sortId}
        value={search.sort ?? 'ending'}
        onChange={(event) =>
          void navigate({
            to: '/',
            search: { ...search, page: undefined, sort: event.target.value as Sort },
          })
        }
        className="field w-auto shrink-0 px-2 max-sm:text-sm"
      >
        {sortChoices.map((choice) => (
          <option key={choice} value={choice}>
            {sortText(choice)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** From and to; the address holds what was asked for. */
function PriceRange({ search }: { search: BrowseSearch }) {
  const navigate = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const whole = (name: string) => {
      const cents = parseAmount(String(form.get(name) ?? ''));
      return cents === null ? undefined : Math.round(cents / 100) || undefined;
    };
    const [a, b] = [whole('min'), whole('max')];
    // The other way round means the same range.
    const swapped = a !== undefined && b !== undefined && a > b;
    const [min, max] = swapped ? [b, a] : [a, b];
    void navigate({ to: '/', search: { ...search, page: undefined, min, max } });
  };
  const { min, max } = search;
  const isSet = min !== undefined || max !== undefined;
  return (
    <form
      onSubmit={submit}
      aria-label={t('browse.price')}
      className="mb-5 flex flex-wrap items-center gap-2"
    >
      <span className="text-sm text-muted">{t('browse.price')}</span>
      <PriceEnd name="min" label={t('browse.priceFrom')} short={t('browse.from')} value={min} />
      <span aria-hidden="true">–</span>
      <PriceEnd name="max" label={t('browse.priceTo')} short={t('browse.to')} value={max} />
      <Button type="submit" kind="secondary">
        {t('browse.priceGo')}
      </Button>
      {isSet && (
        <Link
          to="/"
          search={{ ...search, page: undefined, min: undefined, max: undefined }}
          className={buttonClass('quiet', 'px-2')}
        >
          {t('browse.priceClear')}
        </Link>
      )}
    </form>
  );
}

interface PriceEndProps {
  name: string;
  label: string;
  short: string;
  value: number | undefined;
}

function PriceEnd({ name, label, short, value }: PriceEndProps) {
  return (
    <input
      name={name}
      aria-label={label}
      placeholder={short}
      defaultValue={value}
      inputMode="numeric"
      autoComplete="off"
      maxLength={12}
      className="field money w-20 sm:w-24"
    />
  );
}

function Nothing({ search }: { search: BrowseSearch }) {
  const narrowed = Boolean(
    search.search || search.category || search.status || search.min || search.max || search.page,
  );
  return (
    <Empty title={t('browse.empty.title')}>
      <p className="text-muted">{t(narrowed ? 'browse.empty.search' : 'browse.empty.none')}</p>
      {narrowed ? (
        <Link to="/" className={buttonClass('secondary')}>
          {t('browse.clear')}
        </Link>
      ) : (
        <Link to="/sell" className={buttonClass('secondary')}>
          {t('mine.offer')}
        </Link>
      )}
    </Empty>
  );
}

function Loading() {
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 lg:grid-cols-4">
      <span className="sr-only">{t('browse.loading')}</span>
      {Array.from({ length: 8 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the shapes are all alike and never move.
        <Skeleton key={index} className="h-80" />
      ))}
    </div>
  );
}
