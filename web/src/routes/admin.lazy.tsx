import { Admin } from '@/features/admin/Admin';
import { Analytics } from '@/features/admin/Analytics';
import { Audit } from '@/features/admin/Audit';
import { Lots } from '@/features/admin/Lots';
import { Users } from '@/features/admin/Users';
import type { Chunk } from '@/lib/router';

export const Frame = Admin;

export const pages: Chunk['pages'] = {
  '/admin': Analytics,
  '/admin/users': Users,
  '/admin/lots': Lots,
  '/admin/audit': Audit,
};
