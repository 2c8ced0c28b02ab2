import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { SelectField, TextField } from '@/components/ui/Field';
import type { Analytics as Figures } from '@/lib/api/types';
import { locale, textForCategory } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link, useNavigate } from '@/lib/router';
import { analyticsQuery } from './analytics';
import { Chart } from './Chart';
import { dayText, figureText, type Measure, measures } from './measures';
import { Cell, Table } from './parts';
import { type AnalyticsSearch, readAnalyticsSearch } from './search';
import { t } from './text';

/** How the house does: sums, days, and what sold best. */
export function Analytics({ search }: { search: AnalyticsSearch }) {
  const query = useQuery(analyticsQuery(search));
  return (
    <Fetched query={query} error={t('admin.error')}>
      {(figures) => (
        <div className="grid gap-6">
          <Range key={`${figures.from} ${figures.to}`} from={figures.from} to={figures.to} />
          <Totals figures={figures} />
          <Days figures={figures} />
          <Best figures={figures} />
        </div>
      )}
    </Fetched>
  );
}

function Range({ from, to }: { from: string; to: string }) {
  const navigate = useNavigate();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = readAnalyticsSearch(Object.fromEntries(new FormData(event.currentTarget)));
    void navigate({ to: '/admin', search: asked });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
      <TextField label={t('figures.from')} name="from" type="date" defaultValue={from} required />
      <TextField label={t('figures.to')} name="to" type="date" defaultValue={to} required />
      <Button type="submit" kind="secondary">
        {t('figures.show')}
      </Button>
    </form>
  );
}

const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });

function Totals({ figures: { totals, from, to } }: { figures: Figures }) {
  const rate = totals.sellThroughRate;
  return (
    <>
      <section>
        <h2 className="text-xl">{t('figures.now')}</h2>
        <dl className="mt-2 grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Total name={t('figures.activeAuctions')}>{totals.activeAuctions}</Total>
          <Total name={t('figures.activeSockets')}>{totals.activeSockets}</Total>
        </dl>
      </section>
      <section>
        <h2 className="text-xl">
          {t('figures.period')}{' '}
          <span className="money font-sans text-base font-normal text-muted">
            {t('figures.range', { from: dayText(from), to: dayText(to) })}
          </span>
        </h2>
        <dl className="mt-2 grid grid-cols-2 gap-3 sm:grid-cols-4">
          {measures.map((measure) => (
            <Total key={measure} name={t(`figures.${measure}`)}>
              {figureText(measure, totals[measure])}
            </Total>
          ))}
          <Total name={t('figures.sellThroughRate')}>
            {typeof rate === 'number' ? percent.format(rate) : t('figures.none')}
          </Total>
        </dl>
      </section>
    </>
  );
}

function Total({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="panel p-4">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="money mt-1 text-2xl/tight font-semibold">{children}</dd>
    </div>
  );
}

function Days({ figures: { days } }: { figures: Figures }) {
  const [measure, setMeasure] = useState<Measure>('bids');
  return (
    <section className="min-w-0">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h2 className="text-xl">{t('figures.chart')}</h2>
        <SelectField
          label={t('figures.measure')}
          value={measure}
          onChange={(event) => setMeasure(event.target.value as Measure)}
        >
          {measures.map((choice) => (
            <option key={choice} value={choice}>
              {t(`figures.${choice}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Chart days={days} measure={measure} />
      <div className="mt-4">
        <Table
          isLong
          caption={t('figures.table')}
          heads={[
            { text: t('figures.day') },
            ...measures.map((choice) => ({ text: t(`figures.${choice}`), isNumber: true })),
          ]}
        >
          {[...days].reverse().map((day) => (
            <tr key={day.date}>
              <Cell>
                <span className="whitespace-nowrap">{dayText(day.date)}</span>
              </Cell>
              {measures.map((choice) => (
                <Cell key={choice} isNumber>
                  {figureText(choice, day[choice])}
                </Cell>
              ))}
            </tr>
          ))}
        </Table>
      </div>
    </section>
  );
}

function Best({ figures: { topAuctions, topCategories } }: { figures: Figures }) {
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <section className="min-w-0">
        <h2 className="mb-2 text-xl">{t('figures.topLots')}</h2>
        {topAuctions.length === 0 ? (
          <p className="text-muted">{t('figures.noSales')}</p>
        ) : (
          <Table
            caption={t('figures.topLots')}
            heads={[
              { text: t('lots.lot') },
              { text: t('figures.hammer'), isNumber: true },
              { text: t('figures.bids'), isNumber: true },
            ]}
          >
            {topAuctions.map((lot) => (
              <tr key={lot.id}>
                <Cell>
                  <Link
                    to="/auctions/$auctionId"
                    params={{ auctionId: lot.id }}
                    className="text-accent underline underline-offset-4"
                  >
                    {lot.title}
                  </Link>
                </Cell>
                <Cell isNumber>{formatMoney(lot.hammerPrice)}</Cell>
                <Cell isNumber>{lot.bidCount}</Cell>
              </tr>
            ))}
          </Table>
        )}
      </section>
      <section className="min-w-0">
        <h2 className="mb-2 text-xl">{t('figures.topCategories')}</h2>
        {topCategories.length === 0 ? (
          <p className="text-muted">{t('figures.noSales')}</p>
        ) : (
          <Table
            caption={t('figures.topCategories')}
            heads={[
              { text: t('figures.category') },
              { text: t('figures.sold'), isNumber: true },
              { text: t('figures.grossSales'), isNumber: true },
            ]}
          >
            {topCategories.map((category) => (
              <tr key={category.slug}>
                <Cell>{textForCategory(category.slug, category.name)}</Cell>
                <Cell isNumber>{category.sold}</Cell>
                <Cell isNumber>{formatMoney(category.grossSales)}</Cell>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </div>
  );
}
