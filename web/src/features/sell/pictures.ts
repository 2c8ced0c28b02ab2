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

/** How the sending of a picture goes: the part that is sent, or why it failed. */
export type PictureState = { sent: number } | { failed: string };

export type Complaint = { kind: 'badType' | 'tooBig'; name: string } | { kind: 'tooMany' };

/** Parts files into those that can be taken and complaints, before anybody waits for an upload. */
export function sortFiles(files: File[], room: number): { taken: File[]; complaints: Complaint[] } {
  const taken: File[] = [];
  const complaints: Complaint[] = [];
  for (const file of files) {
    if (!types.includes(file.type)) complaints.push({ kind: 'badType', name: file.name });
    else if (file.size > bytes_max) complaints.push({ kind: 'tooBig', name: file.name });
    else if (taken.length >= room) {
      complaints.push({ kind: 'tooMany' });
      break;
    } else taken.push(file);
  }
  return { taken, complaints };
}

/** Adds what can be added and says what cannot. */
export function addFiles(
  chosen: ChosenPicture[],
  files: File[],
  makeUrl: (file: File) => string = URL.createObjectURL,
): { pictures: ChosenPicture[]; complaints: Complaint[] } {
  const { taken, complaints } = sortFiles(files, pictures_max - chosen.length);
  const added = taken.map((file) => ({ id: newKey(), file, url: makeUrl(file) }));
  return { pictures: [...chosen, ...added], complaints };
}

/** The list with one thing moved to another place. */
export function move<T>(list: T[], from: number, to: number): T[] {
  const moved = list[from];
  if (moved === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}
