import { textsWith } from '@/lib/i18n';
import { own } from '@/lib/i18n/en/own';

export const { t, tn } = textsWith(own);
