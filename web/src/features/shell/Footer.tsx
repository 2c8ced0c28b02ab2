import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { choose, type Language, language, languages } from '@/lib/i18n/language';
import { Link } from '@/lib/router';
import { houseZone, ownZone } from '@/lib/time';

/** In which language and by which clock the pages are written. */
export function Footer() {
  return (
    // Sticky from below: on a short page it stands at the foot of the window.
    <footer className="sticky top-[100vh] mx-auto mt-8 flex w-full max-w-6xl flex-wrap items-center gap-x-6 gap-y-2 border-t border-line px-4 py-4 text-sm text-muted">
      <p className="grow">{t('footer.zone', { zone: ownZone(), house: houseZone() })}</p>
      <Link
        to="/docs"
        className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-accent"
      >
        {t('footer.docs')}
      </Link>
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
