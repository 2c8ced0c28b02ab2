import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { CloseIcon, Mark, MenuIcon } from '@/components/ui/icons';
import { api, unwrap } from '@/lib/api/client';
import type { User } from '@/lib/api/types';
import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { Link, useLocation, useNavigate } from '@/lib/router';
import { setIdentity, useMe } from '@/lib/session';
import { identityChanged } from '@/live/instance';
import { Bell } from './Bell';
import { ConnectionDot } from './Connection';
import { SearchBox } from './SearchBox';

const places = [
  { to: '/', label: 'nav.browse' },
  { to: '/sell', label: 'nav.sell' },
  { to: '/my/bids', label: 'nav.myBids' },
  { to: '/my/lots', label: 'nav.myLots' },
] as const;

/** What belongs to somebody's account; the last for those in charge alone. */
const ownPlaces = [
  { to: '/watchlist', label: 'nav.watchlist' },
  { to: '/account', label: 'nav.settings' },
  { to: '/admin', label: 'nav.admin' },
] as const;

function ownPlacesOf(me: User) {
  return ownPlaces.filter(({ to }) => to !== '/admin' || me.role === 'admin');
}

export function Header() {
  const me = useMe();
  return (
    <header className="border-b border-line bg-paper">
      <div className="mx-auto flex h-16 max-w-6xl items-center gap-3 px-4 lg:gap-5">
        <Link
          to="/"
          aria-label={t('app.home')}
          className="flex min-h-11 items-center gap-2.5 rounded-lg font-display text-2xl font-semibold tracking-tight"
        >
          <Mark />
          Gavel
        </Link>
        <SearchBox className="hidden grow md:block lg:max-w-sm" />
        <nav aria-label={t('nav.main')} className="ms-auto hidden items-center gap-1 lg:flex">
          {places.map(({ to, label }) => (
            <NavLink key={to} to={to}>
              {t(label)}
            </NavLink>
          ))}
        </nav>
        <div className="ms-auto lg:ms-0">
          <ConnectionDot />
        </div>
        {me && <Bell />}
        {me === null && (
          <div className="hidden sm:block">
            <SignInLink />
          </div>
        )}
        {me && (
          <div className="hidden lg:block">
            <AccountMenu me={me} />
          </div>
        )}
        <PhoneMenu me={me} />
      </div>
    </header>
  );
}

type Place = (typeof places)[number]['to'] | (typeof ownPlaces)[number]['to'];

function NavLink({ to, children }: { to: Place; children: ReactNode }) {
  return (
    <Link
      to={to}
      className="inline-flex min-h-11 items-center rounded-lg px-3 font-medium hover:text-accent aria-[current=page]:text-accent aria-[current=page]:underline aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8"
    >
      {children}
    </Link>
  );
}

/** Signing in returns to the page one came from. */
function SignInLink({ className }: { className?: string }) {
  const location = useLocation();
  const here = location.path.startsWith('/sign-') ? undefined : location.href;
  return (
    <Link
      to="/sign-in"
      search={here && here !== '/' ? { redirect: here } : {}}
      className={buttonClass('primary', className)}
    >
      {t('nav.signIn')}
    </Link>
  );
}

function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await unwrap(api.POST('/api/v1/auth/logout'));
    await navigate({ to: '/' });
    setIdentity(client, null);
    identityChanged(null);
    await client.refetchQueries({ type: 'active' });
  };
}

const menuItem = 'flex min-h-11 w-full items-center rounded-lg px-3 hover:bg-accent-soft';

function AccountMenu({ me }: { me: User }) {
  const signOut = useSignOut();
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeOutside = (event: Event) => {
      const inside = event.target instanceof Node && details.current?.contains(event.target);
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape';
      if (details.current && (isEscape || (event.type === 'pointerdown' && !inside))) {
        details.current.open = false;
      }
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('keydown', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('keydown', closeOutside);
    };
  }, []);
  const close = () => {
    if (details.current) details.current.open = false;
  };
  return (
    <details ref={details} className="relative">
      <summary
        aria-label={t('nav.account', { name: me.displayName })}
        className="grid size-11 list-none place-items-center rounded-full bg-accent font-display text-lg font-semibold text-on-accent [&::-webkit-details-marker]:hidden"
      >
        {initialOf(me)}
      </summary>
      <div className="panel settle-in absolute end-0 mt-2 w-64 p-2 shadow-raised">
        <div className="px-3 py-2">
          <p className="font-semibold">{me.displayName}</p>
          <p className="truncate text-sm text-muted">{me.email}</p>
        </div>
        {ownPlacesOf(me).map(({ to, label }) => (
          <Link key={to} to={to} onClick={close} className={menuItem}>
            {t(label)}
          </Link>
        ))}
        <button type="button" onClick={() => void signOut()} className={menuItem}>
          {t('nav.signOut')}
        </button>
      </div>
    </details>
  );
}

function initialOf(me: User): string {
  return [...me.displayName][0]?.toUpperCase() ?? '';
}

function PhoneMenu({ me }: { me: User | null | undefined }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const signOut = useSignOut();
  const { href } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page is what closes the menu.
  useEffect(() => dialog.current?.close(), [href]);
  const show = () => {
    dialog.current?.showModal();
    setOpen(true);
  };
  return (
    <>
      <button
        type="button"
        onClick={show}
        aria-label={t('nav.menu')}
        aria-expanded={open}
        className="-me-2 grid size-11 place-items-center rounded-lg lg:hidden"
      >
        <MenuIcon className="size-6" />
      </button>
      <dialog
        ref={dialog}
        aria-label={t('nav.menu')}
        onClose={() => setOpen(false)}
        className="settle-in me-0 mt-0 h-dvh max-h-none w-[min(20rem,85vw)] bg-card p-4"
      >
        <div className="flex h-full flex-col gap-1">
          <button
            type="button"
            onClick={() => dialog.current?.close()}
            aria-label={t('nav.close')}
            className="ms-auto grid size-11 place-items-center rounded-lg"
          >
            <CloseIcon className="size-6" />
          </button>
          {me && (
            <div className="mb-2 border-b border-line px-3 pb-4">
              <p className="font-semibold">{me.displayName}</p>
              <p className="truncate text-sm text-muted">{me.email}</p>
            </div>
          )}
          <nav aria-label={t('nav.main')} className="grid gap-1 text-lg">
            {places.map(({ to, label }) => (
              <NavLink key={to} to={to}>
                {t(label)}
              </NavLink>
            ))}
            {me &&
              ownPlacesOf(me).map(({ to, label }) => (
                <NavLink key={to} to={to}>
                  {t(label)}
                </NavLink>
              ))}
          </nav>
          <div className={cx('mt-auto grid', me === undefined && 'invisible')}>
            {me ? (
              <Button kind="secondary" onClick={() => void signOut()}>
                {t('nav.signOut')}
              </Button>
            ) : (
              <SignInLink />
            )}
          </div>
        </div>
      </dialog>
    </>
  );
}
