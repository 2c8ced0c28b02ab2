import type { ReactNode } from 'react';
import { buttonClass } from '@/components/ui/Button';
import { Chips, chipLinkClass } from '@/components/ui/Chips';
import { Skeleton } from '@/components/ui/State';
import { Link, useLocation } from '@/lib/router';
import { useMe } from '@/lib/session';
import { useTitle } from '@/lib/title';
import { t } from './text';

const parts = [
  { to: '/admin', label: 'admin.analytics' },
  { to: '/admin/users', label: 'admin.users' },
  { to: '/admin/lots', label: 'admin.lots' },
  { to: '/admin/audit', label: 'admin.audit' },
] as const;

/** The frame of the pages of those in charge. The house refuses others; here they are told so. */
export function Admin({ children }: { children: ReactNode }) {
  const me = useMe();
  const { path } = useLocation();
  useTitle(t(parts.find(({ to }) => to === path)?.label ?? 'admin.title'));
  if (me === undefined) return <Skeleton className="h-64" />;
  if (me?.role !== 'admin') return <NotForYou isGuest={me === null} />;
  return (
    <>
      <h1 className="text-3xl">{t('admin.title')}</h1>
      <Chips label={t('admin.sections')}>
        {parts.map(({ to, label }) => (
          <Link key={to} to={to} className={chipLinkClass}>
            {t(label)}
          </Link>
        ))}
      </Chips>
      {children}
    </>
  );
}

function NotForYou({ isGuest }: { isGuest: boolean }) {
  const { href } = useLocation();
  return (
    <div className="grid justify-items-center gap-4 py-20 text-center">
      <h1 className="text-3xl">{t('admin.notForYou')}</h1>
      <p className="max-w-prose text-muted">
        {t(isGuest ? 'admin.notForYouGuest' : 'admin.notForYouText')}
      </p>
      <div className="flex flex-wrap justify-center gap-3">
        {isGuest && (
          <Link to="/sign-in" search={{ redirect: href }} className={buttonClass('primary')}>
            {t('nav.signIn')}
          </Link>
        )}
        <Link to="/" className={buttonClass('secondary')}>
          {t('page.home')}
        </Link>
      </div>
    </div>
  );
}
