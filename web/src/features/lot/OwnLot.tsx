import { buttonClass } from '@/components/ui/Button';
import type { Auction } from '@/lib/api/types';
import { Link } from '@/lib/router';
import { Again } from './Again';
import { CancelLot } from './CancelLot';
import { t } from './ownText';

/** What a seller can do with a lot of their own, as it stands. */
export default function OwnLot({ lot }: { lot: Auction }) {
  const { id, status, bidCount } = lot;
  switch (status) {
    case 'draft':
      return <EditLink id={id} text={t('own.publish')} />;
    case 'scheduled':
    case 'active':
      return bidCount === 0 ? (
        <>
          <EditLink id={id} text={t('own.edit')} />
          <CancelLot id={id} />
        </>
      ) : null;
    default:
      return <Again lot={lot} />;
  }
}

function EditLink({ id, text }: { id: string; text: string }) {
  return (
    <Link
      to="/auctions/$auctionId/edit"
      params={{ auctionId: id }}
      className={buttonClass('secondary', 'mt-4 w-full')}
    >
      {text}
    </Link>
  );
}
