import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { TextField } from '@/components/ui/Field';
import { textOf } from '@/components/ui/Form';
import { RoutePager } from '@/components/ui/RoutePager';
import { Said } from '@/components/ui/Said';
import { ApiFailure } from '@/lib/api/client';
import type { AdminAuction, AuctionStatus } from '@/lib/api/types';
import { formatMoney } from '@/lib/money';
import { Link, useNavigate } from '@/lib/router';
import { formatMoment, localMoment } from '@/lib/time';
import { lotsQuery, useLotOffice } from './lots';
import { Ask, Choice, Filter, Moment, SearchField, Stack, StackCell, StackRow, Who } from './parts';
import { type LotsSearch, lotStatusChoices, readLotsSearch } from './search';
import { t, tn } from './text';

type Asked = { what: 'cancel' | 'extend'; row: AdminAuction };

const heads = {
  lot: { text: t('lots.lot') },
  seller: { text: t('lots.seller') },
  leader: { text: t('lots.leader') },
  price: { text: t('lots.price'), isNumber: true },
  closes: { text: t('lots.closes') },
  act: { text: t('lots.act') },
};

/** Every lot, whatever became of it, with the people behind it. */
export function Lots({ search }: { search: LotsSearch }) {
  const query = useQuery(lotsQuery(search));
  const [asked, setAsked] = useState<Asked | null>(null);
  const navigate = useNavigate();
  return (
    <>
      <Filter
        id={JSON.stringify(search)}
        onApply={(form) =>
          void navigate({ to: '/admin/lots', search: readLotsSearch(Object.fromEntries(form)) })
        }
      >
        <SearchField label={t('lots.search')} value={search.search} />
        <Choice
          label={t('lots.status')}
          name="status"
          value={search.status}
          choices={lotStatusChoices}
          textOfChoice={(choice) => t(`status.${choice as AuctionStatus}`)}
        />
      </Filter>
      <Fetched query={query} error={t('admin.error')}>
        {({ data, pagination }) => (
          <>
            <Said className="mb-2 text-muted">{tn('lots.count', pagination.total)}</Said>
            {data.length > 0 && (
              <Stack caption={t('admin.lots')} heads={Object.values(heads)}>
                {data.map((row) => (
                  <Row key={row.auction.id} row={row} onAsk={(what) => setAsked({ what, row })} />
                ))}
              </Stack>
            )}
            <RoutePager pagination={pagination} />
          </>
        )}
      </Fetched>
      <Question asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

interface RowProps {
  row: AdminAuction;
  onAsk: (what: Asked['what']) => void;
}

function Row({ row: { auction, seller, leader, cancelReason }, onAsk }: RowProps) {
  const { id, title, status } = auction;
  const open = status === 'active' || status === 'scheduled';
  return (
    <StackRow>
      <StackCell head={heads.lot} wide="plain">
        <Link
          to="/auctions/$auctionId"
          params={{ auctionId: id }}
          className="flex min-h-11 min-w-48 items-center font-medium text-accent underline underline-offset-4"
        >
          {title}
        </Link>
        <span className="text-muted">{t(`status.${status}`)}</span>
        {cancelReason && (
          <span className="block text-alert">
            {t('lots.cancelReason', { reason: cancelReason })}
          </span>
        )}
      </StackCell>
      <StackCell head={heads.seller}>
        <Who person={seller} />
      </StackCell>
      <StackCell head={heads.leader}>
        {leader ? <Who person={leader} /> : <span className="text-muted">{t('lots.nobody')}</span>}
      </StackCell>
      <StackCell head={heads.price}>
        {formatMoney(auction.currentBid)}
        <span className="block whitespace-nowrap text-muted">
          {tn('card.bids', auction.bidCount)}
        </span>
      </StackCell>
      <StackCell head={heads.closes}>
        <Moment iso={auction.endTime} />
      </StackCell>
      <StackCell head={heads.act} wide="plain">
        {open && (
          <div className="flex gap-2 whitespace-nowrap">
            <Button
              kind="secondary"
              aria-label={t('lots.extendOne', { title })}
              onClick={() => onAsk('extend')}
            >
              {t('lots.extend')}
            </Button>
            <Button
              kind="danger"
              aria-label={t('lots.cancelOne', { title })}
              onClick={() => onAsk('cancel')}
            >
              {t('lots.cancel')}
            </Button>
          </div>
        )}
      </StackCell>
    </StackRow>
  );
}

const hour_ms = 3_600_000;

/** An hour after the close, on a full second, since the field knows no smaller ones. */
function anHourLater(endTime: string): number {
  return Math.ceil(Date.parse(endTime) / 1000) * 1000 + hour_ms;
}

function Question({ asked, onClose }: { asked: Asked | null; onClose: () => void }) {
  const { cancel, extend } = useLotOffice();
  if (!asked) return null;
  const { id, title, endTime } = asked.row.auction;
  return asked.what === 'cancel' ? (
    <Ask
      open
      title={t('lots.cancelTitle', { title })}
      text={t('lots.cancelText')}
      go={t('lots.cancelGo')}
      reason="required"
      onGo={(_, reason) => cancel(id, reason)}
      onClose={onClose}
    />
  ) : (
    <Ask
      open
      title={t('lots.extendTitle', { title })}
      text={t('lots.extendText', { moment: formatMoment(endTime) })}
      go={t('lots.extendGo')}
      reason="optional"
      onGo={(form, reason) => extend(id, momentIn(form), reason)}
      onClose={onClose}
    >
      {(at) => (
        <TextField
          label={t('lots.extendTo')}
          name="endTime"
          type="datetime-local"
          step={1}
          required
          defaultValue={localMoment(anHourLater(endTime))}
          error={at('endTime')}
        />
      )}
    </Ask>
  );
}

function momentIn(form: FormData): string {
  const moment = new Date(textOf(form, 'endTime'));
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new ApiFailure(400, 'VALIDATION_ERROR', '', { endTime: t('lots.badMoment') });
}
