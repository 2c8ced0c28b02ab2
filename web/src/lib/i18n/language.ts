import { page } from './en/page';

/** The languages that the app is built in, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

/** The language that this page was built in. */
export const language: Language = page['page.lang'];

const year_s = 31_536_000;

/** Remembers a choice and opens the page anew in it. The server reads the cookie. */
export function choose(choice: Language): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet.
  document.cookie = `lang=${choice}; Path=/; Max-Age=${year_s}; SameSite=Lax${secure}`;
  location.reload();
}

/**
 * How numbers, dates and plurals are written: in the page's language, so that a page reads as one,
 * and in the reader's own manner of it where they have one (`en-US`, `de-AT`).
 */
export const locale: string =
  globalThis.navigator?.languages?.find(
    (tag) => tag.split('-')[0] === language && tag !== language,
  ) ?? page['page.locale'];
