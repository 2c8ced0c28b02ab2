import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from '@/lib/cx';
import { currencySymbol } from '@/lib/money';

interface Shell {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  className?: string;
}

interface Wiring {
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

function FieldShell({
  label,
  hint,
  error,
  className,
  children,
}: Shell & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(' ') || undefined;
  return (
    <div className={cx('grid content-start gap-1.5', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, 'aria-invalid': Boolean(error), 'aria-describedby': describedBy })}
      {error && (
        <p id={errorId} className="text-sm font-medium text-alert">
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

/** A labelled input; its error is shown at it and read with it. */
export function TextField({
  label,
  hint,
  error,
  className,
  ...input
}: Shell & Omit<ComponentProps<'input'>, 'className'>) {
  return (
    <FieldShell label={label} hint={hint} error={error} className={className}>
      {(wiring) => <input className="field" {...input} {...wiring} />}
    </FieldShell>
  );
}

/** An amount of money, typed as text so that nothing is reformatted under the typist's fingers. */
export function MoneyField({
  label,
  hint,
  error,
  className,
  ...input
}: Shell & Omit<ComponentProps<'input'>, 'className'>) {
  return (
    <FieldShell label={label} hint={hint} error={error} className={className}>
      {(wiring) => (
        <span className="relative block">
          <span
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 start-3 grid place-items-center text-muted"
          >
            {currencySymbol}
          </span>
          <input
            className="field money ps-8"
            inputMode="decimal"
            autoComplete="off"
            maxLength={16}
            {...input}
            {...wiring}
          />
        </span>
      )}
    </FieldShell>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...input
}: Shell & Omit<ComponentProps<'textarea'>, 'className'>) {
  return (
    <FieldShell label={label} hint={hint} error={error} className={className}>
      {(wiring) => <textarea className="field py-2" {...input} {...wiring} />}
    </FieldShell>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...input
}: Shell & Omit<ComponentProps<'select'>, 'className'>) {
  return (
    <FieldShell label={label} hint={hint} error={error} className={className}>
      {(wiring) => (
        <select className="field" {...input} {...wiring}>
          {children}
        </select>
      )}
    </FieldShell>
  );
}
