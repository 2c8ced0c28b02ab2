import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, buttonClass } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Fetched } from '@/components/ui/Fetched';
import { Said } from '@/components/ui/Said';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import type { Auction } from '@/lib/api/types';
import { Link, useNavigate } from '@/lib/router';
import { useTitle } from '@/lib/title';
import { EditPictures } from './EditPictures';
import { editQuery, useDeleteDraft, usePublish, useSaveLot } from './edit';
import { changeOf, readForm } from './form';
import { intentOf, LotForm, useFieldErrors } from './LotForm';
import { t } from './text';

interface Props {
  id: string;
  /** What to show where there is no such lot. */
  notFound: ReactNode;
}

/** Changes a draft, or a lot that nobody has bid on. */
export function EditLot({ id, notFound }: Props) {
  const query = useQuery(editQuery(id));
  const { error } = query;
  const isGone = error instanceof ApiFailure && (error.status === 404 || error.status === 400);
  useTitle(t('edit.title'));
  if (isGone) return notFound;
  return (
    <div className="mx-auto max-w-3xl">
      <Fetched query={query} error={t('edit.error')}>
        {(lot) => {
          const why = whyNot(lot);
          return why ? <Refused id={id} why={why} /> : <Editor key={id} lot={lot} />;
        }}
      </Fetched>
    </div>
  );
}

/** Why a lot cannot be changed here. The house decides; this spares somebody the typing. */
function whyNot({ viewer, status, bidCount }: Auction): string | null {
  if (!viewer?.isSeller) return t('edit.notYours');
  const open = status === 'draft' || status === 'scheduled' || status === 'active';
  return open && bidCount === 0 ? null : t('edit.tooLate');
}

function Refused({ id, why }: { id: string; why: string }) {
  return (
    <>
      <h1 className="text-3xl">{t('edit.title')}</h1>
      <Note tone="caution" className="my-6">
        {why}
      </Note>
      <Link
        to="/auctions/$auctionId"
        params={{ auctionId: id }}
        className={buttonClass('secondary')}
      >
        {t('edit.back')}
      </Link>
    </>
  );
}

function Editor({ lot }: { lot: Auction }) {
  const { form, errors, show, fail, forget } = useFieldErrors();
  const before = useRef<Record<string, string>>({});
  const save = useSaveLot(lot.id);
  const publish = usePublish(lot.id);
  const navigate = useNavigate();
  const isDraft = lot.status === 'draft';
  useEffect(() => {
    if (form.current) before.current = readForm(new FormData(form.current)).fields;
  }, [form]);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const publishing = intentOf(event) === 'publish';
    const { fields, errors: found } = readForm(
      new FormData(event.currentTarget),
      isDraft && !publishing,
    );
    if (!show(found)) return;
    const change = changeOf(isDraft ? null : before.current, fields);
    try {
      if (Object.keys(change).length > 0) await save.mutateAsync(change);
      before.current = fields;
      if (publishing) await publish.mutateAsync();
      if (publishing || !isDraft) {
        await navigate({ to: '/auctions/$auctionId', params: { auctionId: lot.id } });
      }
    } catch (error) {
      fail(error);
    }
  };
  const busy = save.isPending || publish.isPending;
  return (
    <>
      <h1 className="text-3xl">{t(isDraft ? 'edit.draftTitle' : 'edit.title')}</h1>
      <p className="mt-1 text-muted">{t(isDraft ? 'edit.draftLead' : 'edit.lead')}</p>
      <LotForm
        ref={form}
        lot={lot}
        errors={errors}
        onSubmit={submit}
        onInput={(event) => {
          forget(event);
          save.reset();
        }}
        pictures={<EditPictures lot={lot} />}
      >
        {/* First, so that Enter in a field saves and does not publish. */}
        <Button type="submit" kind={isDraft ? 'secondary' : 'primary'} disabled={busy}>
          {t(busy ? 'edit.saving' : isDraft ? 'edit.saveDraft' : 'edit.save')}
        </Button>
        {isDraft && (
          <Button
            type="submit"
            name="intent"
            value="publish"
            disabled={busy}
            className="text-lg sm:px-8"
          >
            {t(publish.isPending ? 'sell.submitting' : 'sell.submit')}
          </Button>
        )}
        {isDraft ? (
          <DeleteDraft id={lot.id} />
        ) : (
          <Link
            to="/auctions/$auctionId"
            params={{ auctionId: lot.id }}
            className={buttonClass('quiet')}
          >
            {t('edit.back')}
          </Link>
        )}
      </LotForm>
      <Said className="mt-4 empty:hidden">
        {save.isSuccess && isDraft && <Note tone="good">{t('edit.saved')}</Note>}
      </Said>
    </>
  );
}

function DeleteDraft({ id }: { id: string }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending } = useDeleteDraft(id);
  const navigate = useNavigate();
  const back = () => setAsking(false);
  const go = () => {
    back();
    mutate(undefined, {
      onSuccess: () => void navigate({ to: '/my/lots', search: { status: 'draft' } }),
    });
  };
  return (
    <>
      <Button kind="danger" disabled={isPending} onClick={() => setAsking(true)}>
        {t('edit.delete')}
      </Button>
      <Dialog open={asking} title={t('edit.deleteTitle')} onClose={back}>
        <p className="mt-3 text-muted">{t('edit.deleteText')}</p>
        <div className="mt-6 grid gap-2">
          <Button kind="danger" onClick={go}>
            {t('edit.deleteGo')}
          </Button>
          <Button kind="quiet" onClick={back}>
            {t('edit.deleteBack')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
