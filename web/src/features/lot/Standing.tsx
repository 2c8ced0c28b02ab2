import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { formatMoney } from '@/lib/money';
import { openMaximum, type Standing as StandingOf } from '@/live/view';
import { t } from './text';
import { WhyOutbid } from './WhyLater';

/** Where the viewer stands while the lot runs. */
export function Standing({ lot, standing }: { lot: Auction; standing: StandingOf }) {
  const max = openMaximum(lot);
  switch (standing) {
    case 'leading':
      return (
        <Note tone="good" className="mt-4">
          <p className="money font-semibold">
            {max === null
              ? t('standing.leading')
              : t(lot.viewer?.hasAutoBid ? 'standing.leadingMax' : 'standing.leadingBid', {
                  max: formatMoney(max),
                })}
          </p>
          {lot.hasReserve && !lot.reserveMet && <p>{t('standing.reserve')}</p>}
        </Note>
      );
    case 'outbid':
      return (
        <Note tone="alert" className="mt-4">
          <p className="font-semibold text-alert">{t('standing.outbid')}</p>
          <p className="money">{t('standing.outbidHint', { min: formatMoney(lot.minimumBid) })}</p>
          <WhyOutbid lot={lot} />
        </Note>
      );
    case 'seller':
      return (
        <Note tone="good" className="mt-4">
          <p className="font-semibold">
            {t(lot.status === 'draft' ? 'standing.draft' : 'standing.seller')}
          </p>
          <p>{t(sellerHint(lot))}</p>
        </Note>
      );
    default:
      return null;
  }
}

function sellerHint({ status, bidCount }: Auction) {
  if (status === 'draft') return 'standing.draftHint';
  return bidCount === 0 ? 'standing.sellerHint' : 'standing.sellerBids';
}
