import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { page as de } from '../src/lib/i18n/de/page';
import { page as en } from '../src/lib/i18n/en/page';

/** The languages that the app is built in, each with what its page says of itself. */
const languages = { en, de };
export type Language = keyof typeof languages;

export function isLanguage(mode: string): mode is Language {
  return mode in languages;
}

const root = resolve(import.meta.dirname, '../src/lib/i18n');

/**
 * Builds the app in one language: each dictionary is taken from that language's folder, so nobody
 * loads words they do not read, and no text is looked for at run time. What has no words in it is the
 * same file in every language. The page is
 * `index.html` in English and `index.<language>.html` in others, of which the server chooses.
 */
export function inLanguage(language: Language): Plugin[] {
  const english = `${resolve(root, 'en')}/`;
  const wanted = `${resolve(root, language)}/`;
  return [
    {
      name: 'dictionaries-in-language',
      enforce: 'pre',
      async resolveId(source, importer, options) {
        if (language === 'en' || !source.includes('en/')) return null;
        // A translation asks for the original's type alone, which is gone by now.
        const found = await this.resolve(source, importer, { ...options, skipSelf: true });
        return found?.id.startsWith(english) ? found.id.replace(english, wanted) : found;
      },
      transformIndexHtml: {
        order: 'pre',
        handler: (html) => inWords(html, languages[language]),
      },
    },
    {
      name: 'page-in-language',
      enforce: 'post',
      apply: 'build',
      generateBundle(_, bundle) {
        const html = bundle['index.html'];
        if (html && language !== 'en') html.fileName = `index.${language}.html`;
      },
    },
  ];
}

/** The page's own few words, and how they are written. */
function inWords(html: string, words: Record<string, string>): string {
  return html
    .replace(/%(page\.\w+)%/g, (whole, key: string) => escapeHtml(words[key] ?? whole))
    .replace('lang="en" dir="ltr"', `lang="${words['page.lang']}" dir="${words['page.dir']}"`);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
