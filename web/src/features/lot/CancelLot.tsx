import { useState } from 'react';
import { Button } from '@/components/ui/Button';
import { Dialog } from '@/components/ui/Dialog';
import { Note } from '@/components/ui/State';
import { ApiFailure } from '@/lib/api/client';
import { textForCode } from '@/lib/i18n';
import { useCancelLot } from './cancel';
import { t } from './ownText';

/** The seller's way out, while nobody has bid. */
export function CancelLot({ id }: { id: string }) {
  const [asking, setAsking] = useState(false);
  const { mutate, isPending, error } = useCancelLot(id);
  const back = () => setAsking(false);
  return (
    <div className="mt-4 grid gap-3">
      {error && (
        <div role="alert">
          <Note tone="alert">
            {textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED')}
          </Note>
        </div>
      )}
      <Button kind="danger" disabled={isPending} onClick={() => setAsking(true)}>
        {t('cancel.button')}
      </Button>
      <Dialog open={asking} title={t('cancel.title')} onClose={back}>
        <p className="mt-3 text-muted">{t('cancel.text')}</p>
        <div className="mt-6 grid gap-2">
          <Button
            kind="danger"
            onClick={() => {
              back();
              mutate();
            }}
          >
            {t('cancel.go')}
          </Button>
          <Button kind="quiet" onClick={back}>
            {t('cancel.back')}
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
