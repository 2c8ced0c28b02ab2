import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { Said } from '@/components/ui/Said';
import { Empty, Failure, Note } from '@/components/ui/State';
import { categoriesQuery } from '@/lib/categories';
import { cx } from '@/lib/cx';
import { textForCategory } from '@/lib/i18n';
import { parseAmount } from '@/lib/money';
import { Link, useNavigate } from '@/lib/router';
import { formatClock } from '@/lib/time';
import { useTitle } from '@/lib/title';
import { useConnection } from '@/live/react';
import { auctionsQuery, type LotPage } from './auctions';
import { LotSkeletons, Shelves } from './Shelves';
import { type BrowseSearch, type Sort, sortChoices, statusChoices } from './search';
import { t, tn } from './text';

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
      <ul className="flex gap-2 sm:pointer-fine:flex-wrap">
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
                {textForCategory(category.slug, category.name)}
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
          'inline-flex min-h-11 items-center gap-2 rounded-full border px-4 whitespace-nowrap pointer-fine:min-h-9 pointer-fine:px-3 pointer-fine:text-sm',
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
  const query = useQuery(auctionsQuery(search));
  const { data, isPlaceholderData } = query;
  const total = data?.pagination.total;
  return (
    <section aria-busy={isPlaceholderData}>
      <div className="mt-3 mb-5 flex flex-wrap items-center gap-3">
        <div className="min-w-0 grow">
          <h1 className="text-2xl/tight sm:text-3xl">
            {search.status ? t(`browse.status.${search.status}`) : t('browse.live')}
          </h1>
          <Said className="min-h-6 text-muted">
            {total !== undefined && tn('browse.results', total)}{' '}
            {search.search && t('browse.forSearch', { search: search.search })}
          </Said>
        </div>
        <SortOrder search={search} />
        <Statuses search={search} />
        <PriceRange key={`${search.min} ${search.max}`} search={search} />
      </div>
      <List search={search} query={query} />
    </section>
  );
}

interface ListProps {
  search: BrowseSearch;
  /** The first page of what is looked for. */
  query: UseQueryResult<LotPage>;
}

function List({ search, query: { data, error, dataUpdatedAt, refetch } }: ListProps) {
  const connection = useConnection();
  if (!data) {
    return error ? (
      <Failure title={t('browse.error')} error={error} onRetry={() => void refetch()} />
    ) : (
      <LotSkeletons count={8} />
    );
  }
  if (data.ids.length === 0) return <Nothing search={search} />;
  const isOld = connection === 'offline' || connection === 'reconnecting';
  return (
    // Prices that nobody vouches for any more are shown fainter; the frame says why.
    <div className="group/list" data-stale={isOld || undefined}>
      {error && (
        <Note tone="caution" className="mb-5 flex flex-wrap items-center justify-between gap-3">
          {t('browse.stale', { time: formatClock(new Date(dataUpdatedAt).toISOString()) })}
          <Button kind="secondary" onClick={() => void refetch()}>
            {t('page.retry')}
          </Button>
        </Note>
      )}
      {search.page && (
        <Link
          to="/"
          search={{ ...search, page: search.page > 2 ? search.page - 1 : undefined }}
          className={buttonClass('secondary', 'mb-5')}
        >
          {t('browse.earlier')}
        </Link>
      )}
      <Shelves search={search} total={data.pagination.total} />
    </div>
  );
}

function SortOrder({ search }: { search: BrowseSearch }) {
  const navigate = useNavigate();
  const sortText = (sort: Sort) =>
    sort === 'ending' && search.status === 'ended'
      ? t('browse.sort.endedLast')
      : t(`browse.sort.${sort}`);
  return (
    <select
      aria-label={t('browse.sort')}
      value={search.sort ?? 'ending'}
      onChange={(event) =>
        void navigate({
          to: '/',
          search: { ...search, page: undefined, sort: event.target.value as Sort },
        })
      }
      className="field w-auto shrink-0 px-2 max-sm:w-36 max-sm:text-sm"
    >
      {sortChoices.map((choice) => (
        <option key={choice} value={choice}>
          {sortText(choice)}
        </option>
      ))}
    </select>
  );
}

function Statuses({ search }: { search: BrowseSearch }) {
  const status = search.status ?? 'active';
  return (
    <nav
      aria-label={t('browse.status')}
      className="flex overflow-hidden rounded-lg border border-edge max-sm:grow"
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
            'inline-flex min-h-11 grow items-center justify-center px-3.5 -outline-offset-2 max-sm:px-2',
            choice === status ? 'bg-accent-soft font-semibold text-accent' : 'bg-card',
          )}
        >
          {t(`browse.status.${choice}`)}
        </Link>
      ))}
    </nav>
  );
}

/** From and to; the address holds what was asked for. On a phone it opens when it is wanted. */
function PriceRange({ search }: { search: BrowseSearch }) {
  const navigate = useNavigate();
  const { min, max } = search;
  const isSet = min !== undefined || max !== undefined;
  const [open, setOpen] = useState(isSet);
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
    const [from, to] = swapped ? [b, a] : [a, b];
    void navigate({ to: '/', search: { ...search, page: undefined, min: from, max: to } });
  };
  return (
    <>
      <Button
        kind="secondary"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="px-3 sm:hidden"
      >
        {t('browse.price')}
      </Button>
      <form
        onSubmit={submit}
        aria-label={t('browse.price')}
        className={cx('flex items-center gap-2 max-lg:w-full', !open && 'max-sm:hidden')}
      >
        <span className="text-sm text-muted max-sm:hidden">{t('browse.price')}</span>
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
    </>
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
    search.search || search.category || search.min || search.max || search.page,
  );
  const why = narrowed ? 'search' : (search.status ?? 'active');
  return (
    <Empty title={t('browse.empty.title')}>
      <p className="text-muted">{t(`browse.empty.${why}`)}</p>
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
