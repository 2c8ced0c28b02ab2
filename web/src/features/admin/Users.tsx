import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { RoutePager } from '@/components/ui/RoutePager';
import { Said } from '@/components/ui/Said';
import type { AdminUser } from '@/lib/api/types';
import { useNavigate } from '@/lib/router';
import { formatDay, formatMoment } from '@/lib/time';
import { Ask, Choice, Filter, SearchField, Stack, StackCell, StackRow, Who } from './parts';
import { readUsersSearch, roleChoices, type UsersSearch, userStatusChoices } from './search';
import { t, tn } from './text';
import { useBan, usersQuery } from './users';

const heads = {
  user: { text: t('users.user') },
  role: { text: t('users.role') },
  since: { text: t('users.since') },
  lots: { text: t('users.lots'), isNumber: true },
  bids: { text: t('users.bids'), isNumber: true },
  act: { text: t('users.act') },
};

/** Everybody with an account. */
export function Users({ search }: { search: UsersSearch }) {
  const query = useQuery(usersQuery(search));
  const [asked, setAsked] = useState<AdminUser | null>(null);
  const navigate = useNavigate();
  return (
    <>
      <Filter
        id={JSON.stringify(search)}
        onApply={(form) =>
          void navigate({ to: '/admin/users', search: readUsersSearch(Object.fromEntries(form)) })
        }
      >
        <SearchField label={t('users.search')} value={search.search} />
        <Choice
          label={t('users.role')}
          name="role"
          value={search.role}
          choices={roleChoices}
          textOfChoice={(choice) => t(choice === 'admin' ? 'users.role.admin' : 'users.role.user')}
        />
        <Choice
          label={t('users.status')}
          name="status"
          value={search.status}
          choices={userStatusChoices}
          textOfChoice={(choice) =>
            t(choice === 'banned' ? 'users.status.banned' : 'users.status.active')
          }
        />
      </Filter>
      <Fetched query={query} error={t('admin.error')}>
        {({ data, pagination }) => (
          <>
            <Said className="mb-2 text-muted">{tn('users.count', pagination.total)}</Said>
            {data.length > 0 && (
              <Stack caption={t('admin.users')} heads={Object.values(heads)}>
                {data.map((user) => (
                  <Row key={user.id} user={user} onAsk={setAsked} />
                ))}
              </Stack>
            )}
            <RoutePager pagination={pagination} />
          </>
        )}
      </Fetched>
      <Question user={asked} onClose={() => setAsked(null)} />
    </>
  );
}

function Row({ user, onAsk }: { user: AdminUser; onAsk: (user: AdminUser) => void }) {
  const { displayName: name, bannedAt } = user;
  return (
    <StackRow>
      <StackCell head={heads.user} wide="plain">
        <Who person={user} />
        {bannedAt && (
          <span className="mt-1 block max-w-prose text-alert">
            {t('users.banned', { moment: formatMoment(bannedAt), reason: user.banReason ?? '' })}
          </span>
        )}
      </StackCell>
      <StackCell head={heads.role}>
        {t(user.role === 'admin' ? 'users.role.admin' : 'users.role.user')}
      </StackCell>
      <StackCell head={heads.since}>
        <span className="whitespace-nowrap">{formatDay(user.createdAt)}</span>
      </StackCell>
      <StackCell head={heads.lots}>{user.auctionCount}</StackCell>
      <StackCell head={heads.bids}>{user.bidCount}</StackCell>
      <StackCell head={heads.act} wide="plain">
        {/* Admins are made and unmade on the command line; they cannot block one another. */}
        {user.role !== 'admin' && (
          <Button
            kind={bannedAt ? 'secondary' : 'danger'}
            aria-label={t(bannedAt ? 'users.unbanOne' : 'users.banOne', { name })}
            onClick={() => onAsk(user)}
          >
            {t(bannedAt ? 'users.unban' : 'users.ban')}
          </Button>
        )}
      </StackCell>
    </StackRow>
  );
}

function Question({ user, onClose }: { user: AdminUser | null; onClose: () => void }) {
  const { ban, unban } = useBan();
  const name = user?.displayName ?? '';
  return user?.bannedAt ? (
    <Ask
      open
      title={t('users.unbanTitle', { name })}
      text={t('users.unbanText')}
      go={t('users.unbanGo')}
      reason="optional"
      onGo={(_, reason) => unban(user.id, reason)}
      onClose={onClose}
    />
  ) : (
    <Ask
      open={user !== null}
      title={t('users.banTitle', { name })}
      text={t('users.banText')}
      go={t('users.banGo')}
      reason="required"
      onGo={async (_, reason) => user && ban(user.id, reason)}
      onClose={onClose}
    />
  );
}
