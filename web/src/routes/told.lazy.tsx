import { createLazyRoute } from '@tanstack/react-router';
import { Notifications } from '@/features/told/Notifications';

export const Route = createLazyRoute('/member/notifications')({
  component: function NotificationsPage() {
    return <Notifications search={Route.useSearch()} />;
  },
});
