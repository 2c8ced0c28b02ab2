import { textsWith } from '@/lib/i18n';
import { auto } from '@/lib/i18n/en/auto';

export const { t } = textsWith(auto);
