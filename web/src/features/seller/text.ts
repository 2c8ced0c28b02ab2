import { textsWith } from '@/lib/i18n';
import { seller } from '@/lib/i18n/en/seller';

export const { t, tn } = textsWith(seller);
