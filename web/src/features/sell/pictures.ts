import { newKey } from '@/lib/key';

export const pictures_max = 10;
const bytes_max = 10 * 1024 * 1024;
const types = ['image/jpeg', 'image/png', 'image/webp'];

/** For the file dialog's filter. */
export const acceptedTypes = types.join(',');

export interface ChosenPicture {
  id: string;
  file: File;
  /** An object URL for the preview. */
  url: string;
}

export type Complaint = { kind: 'badType' | 'tooBig'; name: string } | { kind: 'tooMany' };

/** Adds what can be added and says what cannot, before anybody waits for an upload. */
export function addFiles(
  chosen: ChosenPicture[],
  files: File[],
  makeUrl: (file: File) => string = URL.createObjectURL,
): { pictures: ChosenPicture[]; complaints: Complaint[] } {
  const pictures = [...chosen];
  const complaints: Complaint[] = [];
  for (const file of files) {
    if (!types.includes(file.type)) complaints.push({ kind: 'badType', name: file.name });
    else if (file.size > bytes_max) complaints.push({ kind: 'tooBig', name: file.name });
    else if (pictures.length >= pictures_max) {
      complaints.push({ kind: 'tooMany' });
      break;
    } else pictures.push({ id: newKey(), file, url: makeUrl(file) });
  }
  return { pictures, complaints };
}

/** The list with one picture moved to another place. */
export function movePicture(pictures: ChosenPicture[], from: number, to: number): ChosenPicture[] {
  const moved = pictures[from];
  if (!moved || to < 0 || to >= pictures.length) return pictures;
  const rest = pictures.filter((_, index) => index !== from);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}
