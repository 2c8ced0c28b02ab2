import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Skeleton } from '@/components/ui/State';
import type { Auction, Bid } from '@/lib/api/types';
import { textForBidder } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { formatClock, formatMoment } from '@/lib/time';
import { type Why, whyOutbid, whyQuery } from './why';
import { t, tn } from './whyText';

/** How the viewer lost the lead, step by step. */
export default function WhyOutbid({ lot }: { lot: Auction }) {
  const { data, error } = useQuery(whyQuery(lot.id));
  if (error && !data) return <p className="mt-2">{t('why.error')}</p>;
  if (!data) return <Skeleton className="mt-3 h-24" />;
  const why = whyOutbid(data.data, lot.viewer?.bidderId ?? '');
  return (
    <div className="mt-2">
      {why ? <Steps lot={lot} why={why} /> : <p>{t('why.far')}</p>}
      {lot.status === 'active' && (
        <p className="money mt-2 text-muted">
          {t('why.next', { min: formatMoney(lot.minimumBid) })}
        </p>
      )}
    </div>
  );
}

function Steps({ lot, why }: { lot: Auction; why: Why }) {
  const { own, answers, beatenBy, how, since } = why;
  const lastAnswer = answers.at(-1);
  const amount = formatMoney(own.amount);
  return (
    <ol
      aria-label={t('why.steps')}
      className="money grid gap-2 border-s-2 border-line ps-4 [&_time]:text-sm [&_time]:text-muted"
    >
      <Step at={own}>
        {own.maxAmount
          ? t('why.ownMax', { amount, max: formatMoney(own.maxAmount) })
          : t('why.own', { amount })}
      </Step>
      {lastAnswer && (
        <Step at={lastAnswer}>
          {tn('why.answers', answers.length)}{' '}
          {t('why.upTo', { amount: formatMoney(lastAnswer.amount) })}
        </Step>
      )}
      <Step at={beatenBy}>
        {t(`why.${how}`, {
          name: textForBidder(beatenBy.bidderName),
          amount: formatMoney(beatenBy.amount),
        })}
      </Step>
      {since > 0 && (
        <li>
          {tn('why.since', since)} {t('why.now', { amount: formatMoney(lot.currentBid) })}
        </li>
      )}
    </ol>
  );
}

function Step({ at, children }: { at: Bid; children: ReactNode }) {
  return (
    <li>
      <time dateTime={at.createdAt} title={formatMoment(at.createdAt)} className="block">
        {formatClock(at.createdAt)}
      </time>
      {children}
    </li>
  );
}
