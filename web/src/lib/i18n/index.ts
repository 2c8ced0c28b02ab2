import { common } from './en/common';
import { locale } from './language';
import type { Names } from './translation';

export { locale };

type Dictionary = Record<string, string>;

type Args<S extends string> = [Names<S>] extends [never]
  ? []
  : [params: Record<Names<S>, string | number>];
type PluralKey<D> = keyof D extends infer K
  ? K extends `${infer Base}_other`
    ? Base
    : never
  : never;

const plurals = new Intl.PluralRules(locale);

function fill(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/**
 * The texts of one page on top of those that all pages share. Each page brings its own, so that
 * nobody waits for the words of pages they do not open. Keys and placeholders are checked by the
 * compiler.
 */
export function textsWith<const D extends Dictionary>(own: D) {
  type All = typeof common & D;
  const all = { ...common, ...own } as unknown as All & Dictionary;
  return {
    /** The text of a key, its `{placeholders}` filled. */
    t<K extends keyof All & string>(key: K, ...args: Args<All[K] & string>): string {
      return fill(all[key] as string, args[0]);
    },
    /** The text for a count, in the form that the language's plural rules ask for. */
    tn(key: PluralKey<All>, count: number): string {
      const text = all[`${key}_${plurals.select(count)}`] ?? all[`${key}_other`] ?? key;
      return fill(text, { count: count.toLocaleString(locale) });
    },
  };
}

export const { t, tn } = textsWith({});

/** A category in words: those of the house's own in the reader's language, others as it calls them. */
export function textForCategory(slug: string, name: string): string {
  const texts: Dictionary = common;
  return texts[`category.${slug}`] ?? name;
}

/** Somebody's name on a lot. The house writes aliases in English; the names of people stay. */
export function textForBidder(name: string): string {
  const code = /^Bidder ([0-9A-Z]{5})$/.exec(name)?.[1];
  return code ? t('bidder.alias', { code }) : name;
}

/** The text for a code the server sent, or a general one where this version does not know it. */
export function textForCode(code: string): string {
  const errors: Dictionary = common;
  return errors[`error.${code}`] ?? common['error.UNEXPECTED'];
}
