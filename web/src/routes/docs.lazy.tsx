import { Docs } from '@/features/docs/Docs';
import type { Chunk } from '@/lib/router';

export const pages: Chunk['pages'] = { '/docs': Docs };
