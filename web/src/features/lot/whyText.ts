import { textsWith } from '@/lib/i18n';
import { why } from '@/lib/i18n/en/why';

export const { t, tn } = textsWith(why);
