import { textsWith } from '@/lib/i18n';
import { docs } from '@/lib/i18n/en/docs';

export const { t, tn } = textsWith(docs);
