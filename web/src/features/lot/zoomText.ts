import { textsWith } from '@/lib/i18n';
import { zoom } from '@/lib/i18n/en/zoom';

export const { t } = textsWith(zoom);
