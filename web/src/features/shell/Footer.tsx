import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { choose, type Language, language, languages } from '@/lib/i18n/language';
import { houseZone, ownZone } from '@/lib/time';

/** In which language and by which clock the pages are written. */
export function Footer() {
  return (
    <footer className="mx-auto mt-8 flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-4 text-sm text-muted">
      <p>{t('footer.zone', { zone: ownZone(), house: houseZone() })}</p>
      <ul aria-label={t('footer.language')} className="-mx-3 flex">
        {(Object.keys(languages) as Language[]).map((choice) => (
          <li key={choice}>
            <button
              type="button"
              lang={choice}
              aria-pressed={choice === language}
              onClick={() => choose(choice)}
              className={cx(
                'min-h-11 rounded-lg px-3 hover:text-accent',
                choice === language && 'font-semibold text-ink',
              )}
            >
              {languages[choice]}
            </button>
          </li>
        ))}
      </ul>
    </footer>
  );
}
