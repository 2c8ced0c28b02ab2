import { useQuery } from '@tanstack/react-query';
import { Fetched } from '@/components/ui/Fetched';
import { Said } from '@/components/ui/Said';
import { ApiFailure } from '@/lib/api/client';
import type { NotificationSetting } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { Part } from './Settings';
import { t } from './text';
import { toldQuery, useSaveTold } from './told';

const ways = ['app', 'mail'] as const;

/** Each kind of notification, and whether it comes here and by mail. A tick is saved at once. */
export function Told() {
  const query = useQuery(toldQuery);
  const { mutate, isPending, isSuccess, variables, error } = useSaveTold();
  return (
    <Part title={t('settings.notifications')}>
      <p className="-mt-2 mb-4 text-muted">{t('told.lead')}</p>
      <Fetched query={query} error={t('told.error')}>
        {(settings) => (
          <Table
            // What was ticked shows while it is saved, and is undone where it is refused.
            settings={isPending && variables ? variables : settings}
            busy={isPending}
            onChange={mutate}
          />
        )}
      </Fetched>
      <Said className="mt-3 min-h-6 text-sm">
        {error ? (
          <span className="font-medium text-alert">
            {t('told.failed', {
              reason: textForCode(error instanceof ApiFailure ? error.code : 'UNEXPECTED'),
            })}
          </span>
        ) : (
          isSuccess && t('told.saved')
        )}
      </Said>
    </Part>
  );
}

interface TableProps {
  settings: NotificationSetting[];
  busy: boolean;
  onChange: (settings: NotificationSetting[]) => void;
}

function Table({ settings, busy, onChange }: TableProps) {
  const toggle = (kind: string, way: (typeof ways)[number]) => {
    if (busy) return;
    onChange(
      settings.map((setting) =>
        setting.kind === kind ? { ...setting, [way]: !setting[way] } : setting,
      ),
    );
  };
  return (
    <table className="w-full">
      <thead>
        <tr className="border-b border-line text-start text-sm text-muted">
          <th scope="col" className="py-2 text-start font-medium">
            {t('told.kind')}
          </th>
          {ways.map((way) => (
            <th key={way} scope="col" className="w-20 py-2 text-center font-medium">
              {t(`told.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {settings.map((setting) => (
          <tr key={setting.kind} className="border-b border-line">
            <th scope="row" className="py-1 text-start font-normal">
              {t(`told.${setting.kind}`)}
            </th>
            {ways.map((way) => (
              <td key={way} className="text-center">
                <label className="inline-grid size-11 cursor-pointer place-items-center">
                  <input
                    type="checkbox"
                    checked={setting[way]}
                    onChange={() => toggle(setting.kind, way)}
                    className="size-5 accent-accent"
                  />
                  <span className="sr-only">
                    {t(`told.${setting.kind}`)}, {t(`told.${way}`)}
                  </span>
                </label>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
