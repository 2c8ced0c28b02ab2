import { Profile } from '@/features/settings/Profile';
import { Sessions } from '@/features/settings/Sessions';
import { Settings } from '@/features/settings/Settings';
import { Tokens } from '@/features/settings/Tokens';
import { Told } from '@/features/settings/Told';
import type { Chunk } from '@/lib/router';

export const Frame = Settings;

export const pages: Chunk['pages'] = {
  '/account': Profile,
  '/account/sessions': Sessions,
  '/account/tokens': Tokens,
  '/account/notifications': Told,
};
