import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, type Ref, useId, useRef, useState } from 'react';
import { MoneyField, SelectField, TextArea, TextField } from '@/components/ui/Field';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import type { Auction } from '@/lib/api/types';
import { categoriesQuery } from '@/lib/categories';
import { textForCategory } from '@/lib/i18n';
import { formatMoney, plainAmount } from '@/lib/money';
import { formatDuration } from '@/lib/time';
import {
  durations,
  type FieldErrors,
  serverErrors,
  snipeWindows,
  timingOf,
  timingTyped,
} from './form';
import type { Typed } from './kept';
import { t } from './text';

/** Which of a form's buttons was pressed, by its value; empty for the plain one. */
export function intentOf(event: FormEvent): string {
  const { submitter } = event.nativeEvent as SubmitEvent;
  return submitter instanceof HTMLButtonElement ? submitter.value : '';
}

const unexpected = new ApiFailure(0, 'UNEXPECTED', '');

/** What is wrong in the form, shown at its fields, until they are changed. */
export function useFieldErrors() {
  const [errors, setErrors] = useState<FieldErrors>({});
  const form = useRef<HTMLFormElement>(null);
  /** Shows what is wrong; returns whether nothing is. */
  const show = (found: FieldErrors): boolean => {
    setErrors(found);
    if (Object.keys(found).length === 0) return true;
    // The first field that needs work, once the errors are on the page.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus(),
    );
    return false;
  };
  const forget = (event: FormEvent<HTMLFormElement>) => {
    const name = event.target instanceof Element ? event.target.getAttribute('name') : null;
    if (!name || !errors[name]) return;
    const { [name]: _, ...rest } = errors;
    setErrors(rest);
  };
  const fail = (error: unknown) =>
    show(serverErrors(error instanceof ApiFailure ? error : unexpected));
  return { form, errors, show, fail, forget };
}

interface Props {
  ref: Ref<HTMLFormElement>;
  /** The lot that is changed; none where a new one is offered. */
  lot?: Auction;
  /** What was typed before, by name; it goes before what the lot says. */
  typed?: Typed | null;
  errors: FieldErrors;
  pictures: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  onInput: (event: FormEvent<HTMLFormElement>) => void;
  /** The buttons. */
  children: ReactNode;
}

/** All that is said of a lot, for offering one and for changing it. */
export function LotForm(props: Props) {
  const { ref, lot, typed, errors, pictures, onSubmit, onInput, children } = props;
  const failed = Object.keys(errors).length > 0;
  return (
    <form ref={ref} onSubmit={onSubmit} onInput={onInput} noValidate className="mt-6 grid gap-5">
      <Section>{pictures}</Section>
      <What lot={lot} typed={typed} errors={errors} />
      <PriceSection lot={lot} typed={typed} errors={errors} />
      <Timing lot={lot} typed={typed} errors={errors} />
      {failed && (
        <div role="alert" tabIndex={-1}>
          <Note tone="alert">{errors.form ?? t('sell.check')}</Note>
        </div>
      )}
      <div className="flex flex-wrap gap-3 max-sm:flex-col">{children}</div>
    </form>
  );
}

interface PartProps {
  lot: Auction | undefined;
  typed: Typed | null | undefined;
  errors: FieldErrors;
}

function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className="panel grid gap-5 p-5 sm:p-6">
      {title && <h2 className="text-xl">{title}</h2>}
      {children}
    </section>
  );
}

function What({ lot, typed, errors }: PartProps) {
  const { data: categories = [] } = useQuery(categoriesQuery);
  const listId = useId();
  return (
    <Section title={t('sell.what')}>
      <TextField
        label={t('sell.name')}
        name="title"
        defaultValue={typed?.title ?? lot?.title}
        maxLength={120}
        error={errors.title}
      />
      <TextArea
        label={t('sell.description')}
        name="description"
        defaultValue={typed?.description ?? lot?.description}
        rows={6}
        maxLength={10_000}
        hint={t('sell.descriptionHint')}
        error={errors.description}
      />
      <TextField
        label={t('sell.category')}
        name="category"
        defaultValue={typed?.category ?? lot?.category}
        list={listId}
        maxLength={40}
        autoComplete="off"
        hint={t('sell.categoryHint')}
        error={errors.category}
        className="sm:max-w-sm"
      />
      <datalist id={listId}>
        {categories.map((category) => (
          <option key={category.slug} value={category.slug}>
            {textForCategory(category.slug, category.name)}
          </option>
        ))}
      </datalist>
    </Section>
  );
}

function PriceSection({ lot, typed, errors }: PartProps) {
  return (
    <Section title={t('sell.price')}>
      <div className="grid gap-5 sm:grid-cols-3">
        <MoneyField
          label={t('sell.startingPrice')}
          name="startingPrice"
          defaultValue={typed?.startingPrice ?? (lot && plainAmount(lot.startingPrice))}
          hint={t('sell.startingHint')}
          error={errors.startingPrice}
        />
        <MoneyField
          label={t('sell.reserve')}
          name="reservePrice"
          defaultValue={
            typed?.reservePrice ?? (lot?.reservePrice ? plainAmount(lot.reservePrice) : undefined)
          }
          hint={t('sell.reserveHint')}
          error={errors.reservePrice}
        />
        <MoneyField
          label={t('sell.increment')}
          name="bidIncrement"
          defaultValue={typed?.bidIncrement}
          hint={
            lot
              ? t('sell.incrementKept', { step: formatMoney(lot.bidIncrement) })
              : t('sell.incrementHint')
          }
          error={errors.bidIncrement}
        />
      </div>
    </Section>
  );
}

function Timing({ lot, typed, errors }: PartProps) {
  const [initial] = useState(() => timingTyped(timingOf(lot, Date.now()), typed));
  const [duration, setDuration] = useState(initial.duration);
  const [later, setLater] = useState(initial.startTime !== '');
  const running = lot?.status === 'active';
  return (
    <Section title={t('sell.timing')}>
      {running ? (
        <input type="hidden" name="duration" value="custom" />
      ) : (
        <Duration chosen={duration} onChoose={setDuration} error={errors.durationSeconds} />
      )}
      {(running || duration === 'custom') && (
        <TextField
          label={t('sell.endTime')}
          name="endTime"
          type="datetime-local"
          // Seconds, for a sale in front of an audience that lasts less than a minute.
          step={1}
          defaultValue={initial.endTime}
          error={errors.endTime ?? (running ? errors.durationSeconds : undefined)}
          className="sm:max-w-xs"
        />
      )}
      {!running && (
        <label className="inline-flex min-h-11 items-center gap-3 justify-self-start">
          <input
            type="checkbox"
            name="later"
            checked={later}
            onChange={(event) => setLater(event.target.checked)}
            className="size-5 accent-accent"
          />
          {t('sell.later')}
        </label>
      )}
      {!running && later && (
        <TextField
          label={t('sell.startTime')}
          name="startTime"
          type="datetime-local"
          step={1}
          defaultValue={initial.startTime}
          error={errors.startTime}
          className="sm:max-w-xs"
        />
      )}
      <SnipeWindow lot={lot} typed={typed?.snipeWindowSeconds} error={errors.snipeWindowSeconds} />
    </Section>
  );
}

interface DurationProps {
  chosen: (typeof durations)[number];
  onChoose: (duration: (typeof durations)[number]) => void;
  error: string | undefined;
}

function Duration({ chosen, onChoose, error }: DurationProps) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">{t('sell.duration')}</legend>
      <div className="flex flex-wrap gap-2">
        {durations.map((choice) => (
          <label
            key={choice}
            className="inline-flex min-h-11 cursor-pointer items-center rounded-full border border-edge bg-card px-4 has-checked:border-accent has-checked:bg-accent has-checked:font-semibold has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="duration"
              value={choice}
              checked={chosen === choice}
              onChange={() => onChoose(choice)}
              className="sr-only"
            />
            {t(`sell.duration.${choice}`)}
          </label>
        ))}
      </div>
      {error && <p className="mt-1.5 text-sm font-medium text-alert">{error}</p>}
    </fieldset>
  );
}

interface SnipeProps {
  lot: Auction | undefined;
  typed: string | undefined;
  error: string | undefined;
}

function SnipeWindow({ lot, typed, error }: SnipeProps) {
  const chosen = typed ?? String(lot?.snipeWindowSeconds ?? 120);
  // One that another program set may be none of ours.
  const choices = new Set<string>([...snipeWindows, chosen]);
  return (
    <SelectField
      label={t('sell.snipe')}
      name="snipeWindowSeconds"
      defaultValue={chosen}
      hint={t('sell.snipeHint')}
      error={error}
      className="sm:max-w-xs"
    >
      {[...choices].map((seconds) => (
        <option key={seconds} value={seconds}>
          {seconds === '0' ? t('sell.snipe.0') : formatDuration(Number(seconds))}
        </option>
      ))}
    </SelectField>
  );
}
