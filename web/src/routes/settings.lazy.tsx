import { createLazyRoute, Outlet } from '@tanstack/react-router';
import { Profile } from '@/features/settings/Profile';
import { Sessions } from '@/features/settings/Sessions';
import { Settings } from '@/features/settings/Settings';
import { Tokens } from '@/features/settings/Tokens';
import { Told } from '@/features/settings/Told';

export const Route = createLazyRoute('/member/account')({
  component: function AccountPage() {
    return (
      <Settings>
        <Outlet />
      </Settings>
    );
  },
});

export const ProfileRoute = createLazyRoute('/member/account/')({ component: Profile });
export const SessionsRoute = createLazyRoute('/member/account/sessions')({ component: Sessions });
export const TokensRoute = createLazyRoute('/member/account/tokens')({ component: Tokens });
export const NotificationsRoute = createLazyRoute('/member/account/notifications')({
  component: Told,
});
