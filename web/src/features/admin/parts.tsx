import type { FormEvent, ReactNode } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { SelectField, TextArea, TextField } from '@/components/ui/Field';
import { FormNote, textOf, useForm } from '@/components/ui/Form';
import { cx } from '@/lib/cx';
import { t } from './text';

interface FilterProps {
  /** What the filters say now; another set starts the form anew. */
  id: string;
  onApply: (form: FormData) => void;
  children: ReactNode;
}

/** Narrows a list. What is asked for goes into the address, and the list follows the address. */
export function Filter({ id, onApply, children }: FilterProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onApply(new FormData(event.currentTarget));
  };
  return (
    <search>
      <form key={id} onSubmit={submit} className="mb-5 flex flex-wrap items-end gap-3">
        {children}
        <Button type="submit" kind="secondary">
          {t('admin.apply')}
        </Button>
      </form>
    </search>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  value: string | undefined;
  choices: readonly string[];
  textOfChoice: (choice: string) => string;
}

export function Choice({ label, name, value, choices, textOfChoice }: ChoiceProps) {
  return (
    <SelectField label={label} name={name} defaultValue={value ?? ''}>
      <option value="">{t('admin.all')}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {textOfChoice(choice)}
        </option>
      ))}
    </SelectField>
  );
}

export function SearchField({ label, value }: { label: string; value: string | undefined }) {
  return (
    <TextField
      label={label}
      name="search"
      type="search"
      defaultValue={value}
      maxLength={100}
      className="grow basis-64"
    />
  );
}

interface AskProps {
  open: boolean;
  title: string;
  text: string;
  go: string;
  reason: 'required' | 'optional';
  /** Sends it; the dialog closes when that went well, and says why where it did not. */
  onGo: (form: FormData, reason: string) => Promise<unknown>;
  onClose: () => void;
  /** More fields; they are given what the server says about each. */
  children?: (at: (name: string) => string | null) => ReactNode;
}

/** Asks for the reason of something that is not done lightly. */
export function Ask({ open, title, onClose, ...rest }: AskProps) {
  return (
    <Dialog open={open} title={title} onClose={onClose}>
      <AskForm onClose={onClose} {...rest} />
    </Dialog>
  );
}

function AskForm({ text, go, reason, onGo, onClose, children }: Omit<AskProps, 'open' | 'title'>) {
  const form = useForm(async (data) => {
    await onGo(data, textOf(data, 'reason').trim());
    onClose();
  });
  const isRequired = reason === 'required';
  return (
    <form onSubmit={form.onSubmit} onInput={form.onInput} className="mt-3 grid gap-4">
      <p className="text-muted">{text}</p>
      <FormNote form={form} />
      {children?.(form.at)}
      <TextArea
        label={t(isRequired ? 'admin.reason' : 'admin.reasonOptional')}
        name="reason"
        rows={3}
        required={isRequired}
        minLength={3}
        maxLength={500}
        hint={t('admin.reasonHint')}
        error={form.at('reason')}
      />
      <div className="grid gap-2">
        <Button type="submit" kind={isRequired ? 'danger' : 'primary'} disabled={form.busy}>
          {go}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t('admin.back')}
        </Button>
      </div>
    </form>
  );
}

interface TableProps {
  caption: string;
  heads: { text: string; isNumber?: boolean }[];
  /** One of many rows that are looked up rather than read: it scrolls in its own frame. */
  isLong?: boolean;
  children: ReactNode;
}

/** A table that scrolls by itself where it is wider than the screen. */
export function Table({ caption, heads, isLong = false, children }: TableProps) {
  const look = cx('panel relative overflow-auto', isLong && 'max-h-96');
  return (
    // Reachable by key, so that it can be scrolled without a mouse.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus.
    <section className={look} aria-label={caption} tabIndex={0}>
      <table className="money w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-muted">
            {heads.map(({ text, isNumber }) => (
              <th
                key={text}
                scope="col"
                className={cx('px-3 py-2.5 font-medium', isNumber ? 'text-end' : 'text-start')}
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </section>
  );
}

export function Cell({ isNumber, children }: { isNumber?: boolean; children: ReactNode }) {
  return (
    <td className={cx('px-3 py-2.5 align-top', isNumber ? 'text-end' : 'wrap-anywhere')}>
      {children}
    </td>
  );
}

/** Somebody, by name and address. */
export function Who({ person }: { person: { displayName: string; email: string } }) {
  return (
    <>
      <span className="block font-medium">{person.displayName}</span>
      <span className="block text-muted">{person.email}</span>
    </>
  );
}
