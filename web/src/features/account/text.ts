import { textsWith } from '@/lib/i18n';
import { account } from '@/lib/i18n/en/account';

export const { t, tn } = textsWith(account);
