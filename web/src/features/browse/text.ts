import { textsWith } from '@/lib/i18n';
import { browse } from '@/lib/i18n/en/browse';

export const { t, tn } = textsWith(browse);
