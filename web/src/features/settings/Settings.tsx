import type { ReactNode } from 'react';
import { Chips, chipLinkClass } from '@/components/ui/Chips';
import { Link } from '@/lib/router';
import { useTitle } from '@/lib/title';
import { t } from './text';

const parts = [
  { to: '/account', label: 'settings.profile' },
  { to: '/account/sessions', label: 'settings.sessions' },
  { to: '/account/tokens', label: 'settings.tokens' },
  { to: '/account/notifications', label: 'settings.notifications' },
] as const;

/** The frame of one's own account. */
export function Settings({ children }: { children: ReactNode }) {
  useTitle(t('settings.title'));
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="text-3xl">{t('settings.title')}</h1>
      <Chips label={t('settings.sections')}>
        {parts.map(({ to, label }) => (
          <Link key={to} to={to} className={chipLinkClass}>
            {t(label)}
          </Link>
        ))}
      </Chips>
      {children}
    </div>
  );
}

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="panel p-5 sm:p-6">
      <h2 className="mb-4 text-xl">{title}</h2>
      {children}
    </section>
  );
}
