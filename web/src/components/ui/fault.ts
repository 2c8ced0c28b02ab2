import { textsWith } from '@/lib/i18n';
import { faults } from '@/lib/i18n/en/faults';

const { t } = textsWith(faults);

/** What the house finds wrong in a field, in its own words. */
const known: Record<string, keyof typeof faults> = {
  'is missing': 'fault.missing',
  'is wrong': 'fault.wrong',
  'must be 8 to 128 characters': 'fault.password',
  'must be 2 to 50 characters': 'fault.displayName',
  'must be an e-mail address': 'fault.email',
  'must be 1 to 50 characters': 'fault.tokenName',
  'must be 3 to 500 characters': 'fault.reason',
  'must be 3 to 120 characters': 'fault.title',
  'must be at most 10,000 characters': 'fault.description',
  'must be 2 to 40 of a–z, 0–9 and -': 'fault.category',
  'must be more than zero': 'fault.notPositive',
  'must have at most two decimals': 'fault.tooPrecise',
  'must be at most 1000000000': 'fault.tooLarge',
  'must be at least the starting price': 'fault.reserve',
  'must be at most ten times the starting price, or 1000 where that is less than 100': 'fault.step',
  'leaves no room for a second bid below 1000000000': 'fault.stepRoom',
  'must be at most a year ahead': 'fault.startTooFar',
  'cannot be moved once the lot has begun': 'fault.startFixed',
  'has passed and stays as it is': 'fault.startFixed',
  'must be at least 10 seconds from now': 'fault.endTooSoon',
  'must be 10 seconds to 90 days after the start': 'fault.run',
  'must be later than the end now': 'fault.endNotLater',
  'must be at most 90 days from now': 'fault.endTooFar',
  'must be JPEG, PNG or WebP': 'fault.pictureType',
  'must be at most 10 MB each': 'fault.pictureSize',
  'The picture is incomplete or damaged and cannot be read.': 'fault.pictureDamaged',
  'The picture has too many pixels; 12,000 a side and 50 million in all are allowed.':
    'fault.picturePixels',
  'must be at most 10': 'fault.pictureCount',
  'must be at most 10 in all': 'fault.pictureCount',
};

/** The same in the reader's; what this version does not know, as a sentence of the house's. */
export function textForFault(said: string): string {
  // Pictures are sent one by one, so the number that the house gives them says nothing here.
  const key = known[said.replace(/^picture \d+:? /, '')];
  if (key) return t(key);
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
