import { buttonClass } from '@/components/ui/Button';
import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { textForBidder } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import type { Standing } from '@/live/view';
import { t } from './text';
import { WhyOutbid } from './WhyLater';

/** How a lot ended: for everyone, and what comes next for those it concerns. */
export function Result({ lot, standing }: { lot: Auction; standing: Standing }) {
  return (
    <div className="mt-4 grid gap-3" data-result={lot.status}>
      <Outcome lot={lot} standing={standing} />
      <Next lot={lot} standing={standing} />
      {standing !== 'won' && standing !== 'seller' && (
        <Link to="/" search={{ category: lot.category }} className={buttonClass('secondary')}>
          {t('result.similar')}
        </Link>
      )}
    </div>
  );
}

function Outcome({ lot, standing }: { lot: Auction; standing: Standing }) {
  const amount = formatMoney(lot.currentBid);
  switch (lot.status) {
    case 'sold':
      return (
        <p className="font-display text-2xl font-semibold">
          {t('result.sold', { amount })}{' '}
          {lot.currentBidderName && (
            <span className="font-sans text-base font-normal text-muted">
              {standing === 'won'
                ? t('result.soldToYou')
                : t('result.soldTo', { name: textForBidder(lot.currentBidderName) })}
            </span>
          )}
        </p>
      );
    case 'cancelled':
      return (
        <div>
          <p className="font-display text-2xl font-semibold">{t('result.cancelled')}</p>
          <p className="text-muted">{t('result.cancelledHint')}</p>
        </div>
      );
    default:
      return (
        <div>
          <p className="font-display text-2xl font-semibold">{t('result.unsold')}</p>
          <p className="text-muted">
            {lot.bidCount === 0 ? t('result.unsoldNoBids') : t('result.unsoldReserve', { amount })}
          </p>
        </div>
      );
  }
}

function Next({ lot, standing }: { lot: Auction; standing: Standing }) {
  if (standing === 'won') {
    return (
      <Note tone="good">
        <p className="font-semibold">{t('result.won')}</p>
        {lot.sellerContact ? (
          <>
            <p>{t('result.wonContact', { amount: formatMoney(lot.currentBid) })}</p>
            <Contact label={t('result.seller')} person={lot.sellerContact} />
          </>
        ) : (
          <p>
            {t('result.wonHint', { amount: formatMoney(lot.currentBid), seller: lot.sellerName })}
          </p>
        )}
      </Note>
    );
  }
  if (standing === 'lost' && lot.status !== 'cancelled') {
    return (
      <div>
        <p>{t('result.lost')}</p>
        {lot.status === 'sold' && <WhyOutbid lot={lot} />}
      </div>
    );
  }
  if (standing === 'seller' && lot.status === 'sold') {
    return (
      <Note tone="good">
        <p className="font-semibold">{t('result.sellerSold')}</p>
        {lot.winner && <Contact label={t('result.buyer')} person={lot.winner} />}
        <p className="mt-1">{t('result.sellerNext')}</p>
      </Note>
    );
  }
  if (standing === 'seller' && lot.status === 'unsold') {
    return <Note tone="caution">{t('result.sellerUnsold')}</Note>;
  }
  return null;
}

interface ContactProps {
  label: string;
  person: { displayName: string; email: string };
}

/** The other side of a sale, by name and address. */
function Contact({ label, person }: ContactProps) {
  return (
    <p className="mt-1">
      <span className="text-muted">{label}: </span>
      {person.displayName},{' '}
      <a
        href={`mailto:${person.email}`}
        className="font-semibold break-all text-accent underline underline-offset-4"
      >
        {person.email}
      </a>
    </p>
  );
}
