import { textsWith } from '@/lib/i18n';
import { admin } from '@/lib/i18n/en/admin';

export const { t, tn } = textsWith(admin);
