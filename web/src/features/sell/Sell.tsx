import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { MoneyField, SelectField, TextArea, TextField } from '@/components/ui/Field';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import { categoriesQuery } from '@/lib/categories';
import { newKey } from '@/lib/key';
import { formatDuration } from '@/lib/time';
import { useTitle } from '@/lib/title';
import { useCreateLot } from './create';
import { durations, type FieldErrors, readForm, serverErrors, snipeWindows } from './form';
import { PicturePicker } from './PicturePicker';
import type { ChosenPicture } from './pictures';
import { t } from './text';

export function Sell() {
  useTitle(t('nav.sell'));
  const [pictures, setPictures] = useState<ChosenPicture[]>([]);
  const [errors, setErrors] = useState<FieldErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const sent = useRef<{ body: string; key: string } | null>(null);
  const { mutateAsync, isPending } = useCreateLot();
  const navigate = useNavigate();
  const client = useQueryClient();

  const showErrors = (found: FieldErrors) => {
    setErrors(found);
    // The first field that needs work, once the errors are on the page.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus(),
    );
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { fields, errors: found } = readForm(new FormData(event.currentTarget));
    if (Object.keys(found).length > 0) return showErrors(found);
    setErrors({});
    const body = JSON.stringify([fields, pictures.map((picture) => picture.id)]);
    if (sent.current?.body !== body) sent.current = { body, key: newKey() };
    try {
      const { auctionId } = await mutateAsync({ fields, pictures, key: sent.current.key });
      void client.invalidateQueries({ queryKey: ['auctions'] });
      void client.invalidateQueries({ queryKey: ['my', 'lots'] });
      await navigate({ to: '/auctions/$auctionId', params: { auctionId } });
    } catch (error) {
      showErrors(serverErrors(error instanceof ApiFailure ? error : unexpected));
    }
  };
  const forgetError = (event: FormEvent<HTMLFormElement>) => {
    const name = event.target instanceof Element ? event.target.getAttribute('name') : null;
    if (!name || !errors[name]) return;
    const { [name]: _, ...rest } = errors;
    setErrors(rest);
  };
  const failed = Object.keys(errors).length > 0;
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="text-3xl">{t('sell.title')}</h1>
      <p className="mt-1 text-muted">{t('sell.lead')}</p>
      <form
        ref={form}
        onSubmit={submit}
        onInput={forgetError}
        noValidate
        className="mt-6 grid gap-5"
      >
        <Section>
          <PicturePicker pictures={pictures} onChange={setPictures} error={errors.images ?? null} />
        </Section>
        <What errors={errors} />
        <PriceSection errors={errors} />
        <Timing errors={errors} />
        {failed && (
          <div role="alert" tabIndex={-1}>
            <Note tone="alert">{errors.form ?? t('sell.check')}</Note>
          </div>
        )}
        <Button
          type="submit"
          disabled={isPending}
          className="text-lg sm:justify-self-start sm:px-8"
        >
          {t(isPending ? 'sell.submitting' : 'sell.submit')}
        </Button>
      </form>
    </div>
  );
}

const unexpected = new ApiFailure(0, 'UNEXPECTED', '');

function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className="panel grid gap-5 p-5 sm:p-6">
      {title && <h2 className="text-xl">{title}</h2>}
      {children}
    </section>
  );
}

function What({ errors }: { errors: FieldErrors }) {
  const { data: categories = [] } = useQuery(categoriesQuery);
  const listId = useId();
  return (
    <Section title={t('sell.what')}>
      <TextField label={t('sell.name')} name="title" maxLength={120} error={errors.title} />
      <TextArea
        label={t('sell.description')}
        name="description"
        rows={6}
        maxLength={10_000}
        hint={t('sell.descriptionHint')}
        error={errors.description}
      />
      <TextField
        label={t('sell.category')}
        name="category"
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
            {category.name}
          </option>
        ))}
      </datalist>
    </Section>
  );
}

function PriceSection({ errors }: { errors: FieldErrors }) {
  return (
    <Section title={t('sell.price')}>
      <div className="grid gap-5 sm:grid-cols-3">
        <MoneyField
          label={t('sell.startingPrice')}
          name="startingPrice"
          hint={t('sell.startingHint')}
          error={errors.startingPrice}
        />
        <MoneyField
          label={t('sell.reserve')}
          name="reservePrice"
          hint={t('sell.reserveHint')}
          error={errors.reservePrice}
        />
        <MoneyField
          label={t('sell.increment')}
          name="bidIncrement"
          hint={t('sell.incrementHint')}
          error={errors.bidIncrement}
        />
      </div>
    </Section>
  );
}

function Timing({ errors }: { errors: FieldErrors }) {
  const [duration, setDuration] = useState<(typeof durations)[number]>('259200');
  const [later, setLater] = useState(false);
  return (
    <Section title={t('sell.timing')}>
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
                checked={duration === choice}
                onChange={() => setDuration(choice)}
                className="sr-only"
              />
              {t(`sell.duration.${choice}`)}
            </label>
          ))}
        </div>
        {errors.durationSeconds && (
          <p className="mt-1.5 text-sm font-medium text-alert">{errors.durationSeconds}</p>
        )}
      </fieldset>
      {duration === 'custom' && (
        <TextField
          label={t('sell.endTime')}
          name="endTime"
          type="datetime-local"
          // Seconds, for a sale in front of an audience that lasts less than a minute.
          step={1}
          error={errors.endTime}
          className="sm:max-w-xs"
        />
      )}
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
      {later && (
        <TextField
          label={t('sell.startTime')}
          name="startTime"
          type="datetime-local"
          error={errors.startTime}
          className="sm:max-w-xs"
        />
      )}
      <SelectField
        label={t('sell.snipe')}
        name="snipeWindowSeconds"
        defaultValue="120"
        hint={t('sell.snipeHint')}
        error={errors.snipeWindowSeconds}
        className="sm:max-w-xs"
      >
        {snipeWindows.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === '0' ? t('sell.snipe.0') : formatDuration(Number(seconds))}
          </option>
        ))}
      </SelectField>
    </Section>
  );
}
