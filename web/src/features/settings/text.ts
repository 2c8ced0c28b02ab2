import { textsWith } from '@/lib/i18n';
import { settings } from '@/lib/i18n/en/settings';

export const { t, tn } = textsWith(settings);
