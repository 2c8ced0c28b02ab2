import { textsWith } from '@/lib/i18n';
import { mine } from '@/lib/i18n/en/mine';

export const { t, tn } = textsWith(mine);
