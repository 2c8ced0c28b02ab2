import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Said } from '@/components/ui/Said';
import { Note } from '@/components/ui/State';
import { useNavigate } from '@/lib/router';
import { useMe } from '@/lib/session';
import { useTitle } from '@/lib/title';
import { useCreateLot } from './create';
import { readForm } from './form';
import { keptFields, type Typed, typedIn } from './kept';
import { intentOf, LotForm, useFieldErrors } from './LotForm';
import { PicturePicker } from './PicturePicker';
import { Preview } from './Preview';
import { t } from './text';
import { useChosen } from './useChosen';
import { type Keeping, useKept } from './useKept';

/** Offers a lot, or keeps it as a draft for later. */
export function Sell() {
  useTitle(t('nav.sell'));
  const me = useMe();
  const [round, setRound] = useState(0);
  // Another round is an empty form.
  return me ? (
    <NewLot key={`${me.id} ${round}`} userId={me.id} onStartOver={() => setRound(round + 1)} />
  ) : null;
}

function NewLot({ userId, onStartOver }: { userId: string; onStartOver: () => void }) {
  const { pictures, found, ...picker } = useChosen(userId);
  const { form, errors, show, fail, forget: forgetError } = useFieldErrors();
  const [before] = useState(() => keptFields(userId));
  const [typed, setTyped] = useState<Typed>(before ?? {});
  const { keeping, changed, flush, forget } = useKept(userId, form, pictures, found);
  const { create, busy, states } = useCreateLot();
  // Whoever tries a picture again goes on with what they had asked for.
  const asked = useRef<HTMLElement | null>(null);
  const navigate = useNavigate();
  const client = useQueryClient();
  const reread = () => form.current && setTyped(typedIn(new FormData(form.current)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what the form starts with.
  useEffect(() => void reread(), []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    flush();
    asked.current = (event.nativeEvent as SubmitEvent).submitter;
    const draft = intentOf(event) === 'draft';
    const { fields, errors: found } = readForm(new FormData(event.currentTarget), draft);
    if (!show(found)) return;
    try {
      const auctionId = await create(fields, pictures, draft ? 'draft' : 'publish');
      await forget();
      void client.invalidateQueries({ queryKey: ['auctions'] });
      void client.invalidateQueries({ queryKey: ['my', 'lots'] });
      await (draft
        ? navigate({ to: '/my/lots', search: { status: 'draft' } })
        : navigate({ to: '/auctions/$auctionId', params: { auctionId } }));
    } catch (error) {
      fail(error);
    }
  };
  const startOver = async () => {
    await forget();
    onStartOver();
  };
  const shown = pictures.map((picture) => ({ ...picture, state: states[picture.id] }));
  return (
    <div className="mx-auto grid max-w-3xl gap-x-8 lg:max-w-none lg:grid-cols-[minmax(0,1fr)_18rem]">
      <div>
        <h1 className="text-3xl">{t('sell.title')}</h1>
        <p className="mt-1 text-muted">{t('sell.lead')}</p>
        {before && (
          <Note tone="good" className="mt-4 flex flex-wrap items-center justify-between gap-3">
            {t('sell.kept.found')}
            <Button kind="secondary" onClick={() => void startOver()}>
              {t('sell.startOver')}
            </Button>
          </Note>
        )}
        <LotForm
          ref={form}
          typed={before}
          errors={errors}
          onSubmit={submit}
          onInput={(event) => {
            forgetError(event);
            changed();
            reread();
          }}
          pictures={
            <PicturePicker
              {...picker}
              pictures={shown}
              error={errors.images ?? null}
              onRetry={() => form.current?.requestSubmit(asked.current)}
            />
          }
        >
          <Button type="submit" disabled={busy !== null} className="text-lg sm:px-8">
            {t(busy === 'publish' ? 'sell.submitting' : 'sell.submit')}
          </Button>
          <Button
            type="submit"
            name="intent"
            value="draft"
            kind="secondary"
            disabled={busy !== null}
          >
            {t(busy === 'draft' ? 'sell.submitting' : 'sell.saveDraft')}
          </Button>
          <KeptState keeping={keeping} />
        </LotForm>
      </div>
      <aside className="mt-8 lg:mt-0 lg:pt-24">
        <div className="lg:sticky lg:top-24">
          <Preview typed={typed} cover={pictures[0]?.url} />
        </div>
      </aside>
    </div>
  );
}

function KeptState({ keeping }: { keeping: Keeping }) {
  return (
    <Said className="self-center text-sm text-muted" data-keeping={keeping}>
      {keeping !== 'nothing' && t(`sell.kept.${keeping}`)}
    </Said>
  );
}
