import { textsWith } from '@/lib/i18n';
import { told } from '@/lib/i18n/en/told';

export const { t, tn } = textsWith(told);
