import { type FormEvent, useState } from 'react';
import { ApiFailure } from '@/lib/api/client';
import { textForCode } from '@/lib/i18n';
import { textForFault } from './fault';
import { Said } from './Said';
import { Note } from './State';

/** The text of a form's field, as typed. */
export function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '');
}

export interface FormState {
  busy: boolean;
  /** Whether the last sending went well, until the next change. */
  done: boolean;
  /** What the server says about a field. */
  at: (name: string) => string | null;
  /** What it says about all of it. */
  error: string | null;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onInput: () => void;
}

/**
 * Sends a form and keeps what the server said: at the fields that it names, or about the whole.
 * `codes` puts a refusal that belongs to one field there.
 */
export function useForm(
  send: (form: FormData, element: HTMLFormElement) => Promise<unknown>,
  codes: Record<string, string> = {},
): FormState {
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const fields: Record<string, string> = failure ? { ...failure.details } : {};
  const field = failure && codes[failure.code];
  if (failure && field) fields[field] = textForCode(failure.code);
  const atField = Object.keys(fields).some((name) => name !== 'retryAfter');
  const submit = async (element: HTMLFormElement) => {
    setState('busy');
    setFailure(null);
    try {
      await send(new FormData(element), element);
      setState('done');
    } catch (error) {
      setFailure(error instanceof ApiFailure ? error : new ApiFailure(0, 'UNEXPECTED', ''));
      setState('idle');
      // The first field that needs work, once its error is on the page.
      requestAnimationFrame(() =>
        element.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(),
      );
    }
  };
  return {
    busy: state === 'busy',
    done: state === 'done',
    at: (name) => (fields[name] ? textForFault(fields[name]) : null),
    error: failure && !atField ? textForCode(failure.code) : null,
    onSubmit: (event) => {
      event.preventDefault();
      if (state !== 'busy') void submit(event.currentTarget);
    },
    onInput: () => setState((now) => (now === 'done' ? 'idle' : now)),
  };
}

/** How sending went, where it is said once for the whole form. */
export function FormNote({ form, done }: { form: FormState; done?: string }) {
  return (
    <>
      <div role="alert" className="empty:hidden">
        {form.error && <Note tone="alert">{form.error}</Note>}
      </div>
      <Said className="empty:hidden">{form.done && done && <Note tone="good">{done}</Note>}</Said>
    </>
  );
}
