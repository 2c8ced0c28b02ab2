import { textsWith } from '@/lib/i18n';
import { lot } from '@/lib/i18n/en/lot';

export const { t, tn } = textsWith(lot);
