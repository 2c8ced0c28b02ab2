import { type FormEvent, useEffect, useId, useRef } from 'react';
import { SearchIcon } from '@/components/ui/icons';
import { cx } from '@/lib/cx';
import { t } from '@/lib/i18n';
import { useLocation, useNavigate } from '@/lib/router';

/** Searches the lots; what was searched for lives in the URL. */
export function SearchBox({ className }: { className?: string }) {
  const search = new URLSearchParams(useLocation().search).get('search') ?? '';
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    if (input.current) input.current.value = search;
  }, [search]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = input.current?.value.trim();
    void navigate({ to: '/', search: text ? { search: text } : {} });
  };
  return (
    <search className={cx('min-w-0', className)}>
      <form onSubmit={submit} className="relative">
        <label htmlFor={id} className="sr-only">
          {t('search.label')}
        </label>
        <input
          ref={input}
          id={id}
          type="search"
          defaultValue={search}
          placeholder={t('search.placeholder')}
          maxLength={100}
          className="field rounded-full ps-4 pe-12"
        />
        <button
          type="submit"
          aria-label={t('search.submit')}
          className="absolute inset-y-0 end-0 grid w-11 place-items-center rounded-full text-muted hover:text-accent"
        >
          <SearchIcon />
        </button>
      </form>
    </search>
  );
}
