import { type FormEvent, Fragment, type ReactNode } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { SelectField, TextArea, TextField } from '@/components/ui/Field';
import { FormNote, textOf, useForm } from '@/components/ui/Form';
import { cx } from '@/lib/cx';
import { formatMoment } from '@/lib/time';
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

interface Head {
  text: string;
  isNumber?: boolean;
}

interface TableProps {
  caption: string;
  heads: Head[];
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

/**
 * A table whose rows are cards where there is no room for its columns. Its parts name their roles,
 * since browsers forget them with the layout.
 */
export function Stack({ caption, heads, children }: Omit<TableProps, 'isLong'>) {
  return (
    // Some names are wider than any screen.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus.
    <section className="panel overflow-x-auto" aria-label={caption} tabIndex={0}>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <table role="table" className="money w-full text-sm max-lg:block">
        <caption className="sr-only">{caption}</caption>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <thead role="rowgroup" className="max-lg:sr-only">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
          <tr role="row" className="border-b border-line text-muted">
            {heads.map(({ text, isNumber }) => (
              <th
                key={text}
                scope="col"
                // biome-ignore lint/a11y/noRedundantRoles: see above.
                role="columnheader"
                className={cx('px-3 py-2.5 font-medium', isNumber ? 'text-end' : 'text-start')}
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <tbody role="rowgroup" className="divide-y divide-line max-lg:block">
          {children}
        </tbody>
      </table>
    </section>
  );
}

export function StackRow({ children }: { children: ReactNode }) {
  return (
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: it is a grid where it is a card.
      role="row"
      className="max-lg:grid max-lg:grid-cols-2 max-lg:gap-x-4 max-lg:gap-y-3 max-lg:p-4 sm:max-lg:grid-cols-4"
    >
      {children}
    </tr>
  );
}

interface StackCellProps {
  head: Head;
  /** In a card it takes the whole width; `plain` where it needs no name there. */
  wide?: 'named' | 'plain';
  children: ReactNode;
}

export function StackCell({ head: { text, isNumber }, wide, children }: StackCellProps) {
  return (
    <td
      // biome-ignore lint/a11y/noRedundantRoles: it is a block where the row is a card.
      role="cell"
      className={cx(
        'align-top wrap-anywhere max-lg:block max-lg:min-w-0 max-lg:empty:hidden lg:px-3 lg:py-2.5',
        isNumber && 'lg:text-end',
        wide && 'max-lg:col-span-full',
      )}
    >
      {wide !== 'plain' && (
        <span aria-hidden="true" className="block text-muted lg:hidden">
          {text}
        </span>
      )}
      {children}
    </td>
  );
}

/** A day and a time, broken between the two if at all. */
export function Moment({ iso }: { iso: string }) {
  const [day, ...time] = formatMoment(iso).split(/(?<=,) /);
  return (
    <time dateTime={iso}>
      <span className="whitespace-nowrap">{day}</span>{' '}
      <span className="whitespace-nowrap">{time.join(' ')}</span>
    </time>
  );
}

/** Somebody, by name and address. The name must not be squeezed to a letter a line. */
export function Who({ person }: { person: { displayName: string; email: string } }) {
  return (
    <div className="lg:min-w-36">
      <span className="block font-medium">{person.displayName}</span>
      <span className="block text-muted">
        <Address email={person.email} />
      </span>
    </div>
  );
}

/** An address that breaks before an @ or a dot, if it must. */
function Address({ email }: { email: string }) {
  return email.split(/(?=[@.])/).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces never move.
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {piece}
    </Fragment>
  ));
}
