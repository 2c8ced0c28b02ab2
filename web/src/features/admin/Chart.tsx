import type { AnalyticsDay } from '@/lib/api/types';
import { barsOf } from './bars';
import { dayText, figureText, type Measure } from './measures';
import { t } from './text';

const width = 720;
const height = 160;

/** A bar for each day. Its label says the gist; the table has the figures. */
export function Chart({ days, measure }: { days: AnalyticsDay[]; measure: Measure }) {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  const values = days.map((day) => day[measure]);
  const best = days.reduce((a, b) => (b[measure] > a[measure] ? b : a));
  const range = {
    measure: t(`figures.${measure}`),
    from: dayText(first.date),
    to: dayText(last.date),
  };
  const most = figureText(measure, best[measure]);
  const label =
    best[measure] > 0
      ? t('figures.chartLabel', { ...range, most, day: dayText(best.date) })
      : t('figures.chartEmpty', range);
  return (
    <figure className="panel mt-3 p-4">
      <p aria-hidden="true" className="money mb-1 text-sm text-muted">
        {most}
      </p>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="block h-40 w-full border-y border-line"
      >
        {barsOf(values, width, height).map((bar, index) => (
          <rect
            key={days[index]?.date}
            x={bar.x}
            y={height - bar.height}
            width={bar.width}
            height={bar.height}
            className="fill-accent"
          />
        ))}
      </svg>
      <figcaption aria-hidden="true" className="money mt-1 flex justify-between text-sm text-muted">
        <span>{range.from}</span>
        <span>{range.to}</span>
      </figcaption>
    </figure>
  );
}
