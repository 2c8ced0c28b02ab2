import { Notifications } from '@/features/told/Notifications';
import type { Chunk } from '@/lib/router';

export const pages: Chunk['pages'] = { '/notifications': Notifications };
