import { textsWith } from '@/lib/i18n';
import { sell } from '@/lib/i18n/en/sell';

export const { t, tn } = textsWith(sell);
