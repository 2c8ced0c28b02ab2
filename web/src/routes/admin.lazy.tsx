import { createLazyRoute, Outlet } from '@tanstack/react-router';
import { Admin } from '@/features/admin/Admin';
import { Analytics } from '@/features/admin/Analytics';
import { Audit } from '@/features/admin/Audit';
import { Lots } from '@/features/admin/Lots';
import { Users } from '@/features/admin/Users';

export const Route = createLazyRoute('/admin')({
  component: function AdminPage() {
    return (
      <Admin>
        <Outlet />
      </Admin>
    );
  },
});

export const AnalyticsRoute = createLazyRoute('/admin/')({
  component: function AnalyticsPage() {
    return <Analytics search={AnalyticsRoute.useSearch()} />;
  },
});

export const UsersRoute = createLazyRoute('/admin/users')({
  component: function UsersPage() {
    return <Users search={UsersRoute.useSearch()} />;
  },
});

export const LotsRoute = createLazyRoute('/admin/lots')({
  component: function LotsPage() {
    return <Lots search={LotsRoute.useSearch()} />;
  },
});

export const AuditRoute = createLazyRoute('/admin/audit')({
  component: function AuditPage() {
    return <Audit search={AuditRoute.useSearch()} />;
  },
});
