import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useRef } from 'react';
import { Button } from '@/components/ui/Button';
import { newKey } from '@/lib/key';
import { useTitle } from '@/lib/title';
import { useCreateLot } from './create';
import { readForm } from './form';
import { intentOf, LotForm, useFieldErrors } from './LotForm';
import { PicturePicker } from './PicturePicker';
import { t } from './text';
import { useChosen } from './useChosen';

/** Offers a lot, or keeps it as a draft for later. */
export function Sell() {
  useTitle(t('nav.sell'));
  const { pictures, ...picker } = useChosen();
  const { form, errors, show, fail, forget } = useFieldErrors();
  const sent = useRef<{ body: string; key: string } | null>(null);
  const { mutateAsync, isPending, variables } = useCreateLot();
  const navigate = useNavigate();
  const client = useQueryClient();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const draft = intentOf(event) === 'draft';
    const { fields, errors: found } = readForm(new FormData(event.currentTarget), draft);
    if (!show(found)) return;
    if (draft) fields.draft = 'true';
    const body = JSON.stringify([fields, pictures.map((picture) => picture.id)]);
    if (sent.current?.body !== body) sent.current = { body, key: newKey() };
    try {
      const { auctionId } = await mutateAsync({ fields, pictures, key: sent.current.key });
      void client.invalidateQueries({ queryKey: ['auctions'] });
      void client.invalidateQueries({ queryKey: ['my', 'lots'] });
      await (draft
        ? navigate({ to: '/my/lots', search: { status: 'draft' } })
        : navigate({ to: '/auctions/$auctionId', params: { auctionId } }));
    } catch (error) {
      fail(error);
    }
  };
  const sendingDraft = isPending && variables?.fields.draft !== undefined;
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="text-3xl">{t('sell.title')}</h1>
      <p className="mt-1 text-muted">{t('sell.lead')}</p>
      <LotForm
        ref={form}
        errors={errors}
        onSubmit={submit}
        onInput={forget}
        pictures={<PicturePicker pictures={pictures} {...picker} error={errors.images ?? null} />}
      >
        <Button type="submit" disabled={isPending} className="text-lg sm:px-8">
          {t(isPending && !sendingDraft ? 'sell.submitting' : 'sell.submit')}
        </Button>
        <Button type="submit" name="intent" value="draft" kind="secondary" disabled={isPending}>
          {t(sendingDraft ? 'sell.submitting' : 'sell.saveDraft')}
        </Button>
      </LotForm>
    </div>
  );
}
