import type { ReactNode } from 'react';
import { ApiFailure } from '@/lib/api/client';
import { cx } from '@/lib/cx';
import { t, textForCode } from '@/lib/i18n';
import { Button } from './Button';

/** A grey shape where content will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={cx('animate-pulse rounded-lg bg-line', className)} />;
}

/** Says that there is nothing, and what could be done about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="panel grid justify-items-center gap-3 px-6 py-14 text-center">
      <h2 className="text-xl">{title}</h2>
      {children}
    </div>
  );
}

interface FailureProps {
  title: string;
  error: unknown;
  onRetry?: () => void;
}

/** Says what went wrong, in the reader's words, with the reference that support can look up. */
export function Failure({ title, error, onRetry }: FailureProps) {
  const failure = error instanceof ApiFailure ? error : null;
  return (
    <div role="alert" className="panel grid justify-items-center gap-3 px-6 py-14 text-center">
      <h2 className="text-xl">{title}</h2>
      <p className="text-muted">{textForCode(failure?.code ?? 'UNEXPECTED')}</p>
      {failure?.requestId && (
        <p className="text-sm text-muted">{t('page.requestId', { id: failure.requestId })}</p>
      )}
      {onRetry && (
        <Button kind="secondary" onClick={onRetry}>
          {t('page.retry')}
        </Button>
      )}
    </div>
  );
}

const tones = {
  good: 'border-accent/40 bg-accent-soft text-ink',
  alert: 'border-alert/40 bg-alert-soft text-ink',
  caution: 'border-caution/40 bg-caution-soft text-ink',
};

/** A short message inside the flow of the page. */
export function Note({
  tone,
  className,
  children,
}: {
  tone: keyof typeof tones;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={cx('settle-in rounded-lg border px-4 py-3', tones[tone], className)}>
      {children}
    </div>
  );
}
