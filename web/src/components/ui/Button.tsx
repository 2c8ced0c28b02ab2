import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';

type Kind = 'primary' | 'secondary' | 'quiet' | 'danger';

const kinds: Record<Kind, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:opacity-55',
  secondary:
    'border border-edge bg-card text-ink hover:border-accent hover:text-accent disabled:opacity-55',
  quiet: 'text-ink underline-offset-4 hover:underline disabled:opacity-55',
  danger: 'border border-alert text-alert hover:bg-alert-soft disabled:opacity-55',
};

/** The look of a button, for links that act like one. */
export function buttonClass(kind: Kind = 'primary', extra?: string): string {
  return cx(
    'inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 py-2 text-center font-semibold transition-colors disabled:cursor-not-allowed',
    kinds[kind],
    extra,
  );
}

type Props = ComponentProps<'button'> & { kind?: Kind };

export function Button({ kind, className, type = 'button', ...rest }: Props) {
  return <button type={type} className={buttonClass(kind, className)} {...rest} />;
}
