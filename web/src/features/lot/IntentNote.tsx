import { CloseIcon } from '@/components/ui/icons';
import { Note } from '@/components/ui/State';
import type { Auction } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { formatMoney } from '@/lib/money';
import { Link } from '@/lib/router';
import type { Intent, Order, Refusal } from '@/live/intents';
import type { Standing } from '@/live/view';
import { t } from './text';

type Tone = 'good' | 'alert' | 'caution';

interface Props {
  lot: Auction;
  intent: Intent | undefined;
  standing: Standing;
  onDismiss: () => void;
}

/** Whether what was good news has been overtaken: "you lead" must not stand beside "outbid". */
function isOvertaken(intent: Intent, lot: Auction, standing: Standing): boolean {
  if (intent.state !== 'accepted' || standing === 'leading') return false;
  return intent.order.kind !== 'bid' || lot.currentBid > (intent.finalAmount ?? 0);
}

/** What is said aloud of the viewer's latest order: the words that the note shows. */
export function intentText(intent: Intent | undefined, lot: Auction, standing: Standing): string {
  if (!intent || isOvertaken(intent, lot, standing)) return '';
  const { title, text } = wordsFor(intent);
  return title ? `${title}. ${text}` : text;
}

/** What became of the viewer's latest order, from "sending" to the house's answer. */
export function IntentNote({ lot, intent, standing, onDismiss }: Props) {
  const said = intent && !isOvertaken(intent, lot, standing) && wordsFor(intent);
  const answered = intent?.state === 'accepted' || intent?.state === 'refused';
  return (
    <div data-intent={intent?.state}>
      {said && (
        <Note tone={said.tone} className="mt-4 flex items-start gap-2">
          <div className="grow">
            {said.title && <p className="font-semibold">{said.title}</p>}
            <p>{said.text}</p>
            {intent.refusal?.code === 'UNAUTHORIZED' && (
              <Link
                to="/sign-in"
                search={{ redirect: `/auctions/${lot.id}` }}
                className="inline-flex min-h-11 items-center font-semibold text-accent underline underline-offset-4"
              >
                {t('intent.signIn')}
              </Link>
            )}
          </div>
          {answered && <Dismiss onDismiss={onDismiss} />}
        </Note>
      )}
    </div>
  );
}

function Dismiss({ onDismiss }: { onDismiss: () => void }) {
  return (
    <button
      type="button"
      aria-label={t('intent.dismiss')}
      onClick={onDismiss}
      className="-my-2 -me-3 grid size-11 shrink-0 place-items-center rounded-lg"
    >
      <CloseIcon className="size-4" />
    </button>
  );
}

/** The same where there is little room: only what neither price nor standing tells. */
export function IntentLine({ intent, onDismiss }: Pick<Props, 'intent' | 'onDismiss'>) {
  if (intent?.state !== 'refused' && intent?.state !== 'unknown') return null;
  const { title, text } = wordsFor(intent);
  return (
    <div className="flex items-start gap-2 pb-2 text-sm">
      <p className="grow">
        {title && <strong className="text-alert">{title}. </strong>}
        {text}
      </p>
      {intent.state === 'refused' && <Dismiss onDismiss={onDismiss} />}
    </div>
  );
}

function wordsFor(intent: Intent): { tone: Tone; title?: string; text: string } {
  const { order, state } = intent;
  const amount = order.kind === 'bid' ? formatMoney(order.amount) : null;
  switch (state) {
    case 'sending':
      return {
        tone: 'caution',
        text: amount ? t('intent.sending', { amount }) : t('intent.sendingOther'),
      };
    case 'busy':
      return {
        tone: 'caution',
        text: amount ? t('intent.busy', { amount }) : t('intent.busyOther'),
      };
    case 'unknown':
      return {
        tone: 'caution',
        text: amount ? t('intent.unknown', { amount }) : t('intent.unknownOther'),
      };
    case 'refused':
      return {
        tone: 'alert',
        title: t(`intent.refused.${order.kind}`),
        text: reasonOf(order, intent.refusal),
      };
    case 'accepted':
      return acceptedWords(intent);
  }
}

function acceptedWords({ order, leads, finalAmount }: Intent): { tone: Tone; text: string } {
  switch (order.kind) {
    case 'cancelAutoBid':
      return { tone: 'good', text: t('intent.autoCancelled') };
    case 'autoBid':
      return { tone: 'good', text: t('intent.autoSet', { max: formatMoney(order.maxAmount) }) };
    case 'bid': {
      const amount = formatMoney(finalAmount ?? order.amount);
      return leads
        ? { tone: 'good', text: t('intent.leads', { amount }) }
        : { tone: 'alert', text: t('intent.beaten', { amount }) };
    }
  }
}

function reasonOf(order: Order, refusal: Refusal | undefined): string {
  if (!refusal) return textForCode('UNEXPECTED');
  if (order.kind !== 'bid') {
    // The general words for these speak of a bid.
    if (refusal.code === 'OFFLINE') return t('intent.reason.offline');
    if (refusal.code === 'AUCTION_ENDED') return t('intent.reason.ended');
  }
  if (order.kind === 'cancelAutoBid' && refusal.code === 'NOT_FOUND') {
    return t('intent.reason.noAutoBid');
  }
  // Only the server knows which rule of a field was broken; its words name it.
  if (refusal.code === 'VALIDATION_ERROR') {
    return Object.values(refusal.details).join(' ') || refusal.message;
  }
  return textForCode(refusal.code);
}
