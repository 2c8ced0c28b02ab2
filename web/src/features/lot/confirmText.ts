import { textsWith } from '@/lib/i18n';
import { confirm } from '@/lib/i18n/en/confirm';

export const { t } = textsWith(confirm);
