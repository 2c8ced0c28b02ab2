import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import type { Auction } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { useNavigate } from '@/lib/router';
import { t } from './ownText';
import { useRelist } from './relist';

/** Offers what did not sell again in one step, or one more like what sold. */
export function Again({ lot }: { lot: Auction }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, error } = useRelist(lot.id);
  const navigate = useNavigate();
  const back = () => setAsking(false);
  const offer = (draft: boolean) => {
    back();
    mutate(draft, {
      onSuccess: ({ auctionId }) =>
        void navigate({
          to: draft ? '/auctions/$auctionId/edit' : '/auctions/$auctionId',
          params: { auctionId },
        }),
    });
  };
  const isSold = lot.status === 'sold';
  return (
    <div className="mt-4 grid gap-3">
      {error && (
        <div role="alert">
          <Note tone="alert">
            {textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED')}
          </Note>
        </div>
      )}
      {/* What sold is gone: a similar one differs, so it starts as a draft. */}
      <Button
        kind="secondary"
        disabled={isPending}
        onClick={() => (isSold ? offer(true) : setAsking(true))}
      >
        {t(isSold ? 'again.similar' : 'again.relist')}
      </Button>
      <Dialog open={asking} title={t('again.title')} onClose={back}>
        <p className="money mt-3 text-muted">
          {t('again.text', { amount: formatMoney(lot.startingPrice) })}
        </p>
        <div className="mt-6 grid gap-2">
          <Button onClick={() => offer(false)}>{t('again.go')}</Button>
          <Button kind="secondary" onClick={() => offer(true)}>
            {t('again.change')}
          </Button>
          <Button kind="quiet" onClick={back}>
            {t('again.back')}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
