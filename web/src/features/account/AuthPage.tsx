import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/Button';
import { FormNote, type FormState, useForm } from '@/components/ui/Form';
import type { User } from '@/lib/api/types';
import { useRouter } from '@/lib/router';
import { setIdentity } from '@/lib/session';
import { useTitle } from '@/lib/title';
import { identityChanged } from '@/live/instance';

export const linkClass =
  'inline-flex min-h-11 items-center font-semibold text-accent underline underline-offset-4';

/** Sends a form that answers with who one is now, and goes where one was headed. */
export function useAuth(redirect: string, send: (form: FormData) => Promise<User>): FormState {
  const client = useQueryClient();
  const router = useRouter();
  return useForm(
    async (form) => {
      const me = await send(form);
      setIdentity(client, me);
      identityChanged(me);
      await router.push(redirect);
    },
    { EMAIL_TAKEN: 'email' },
  );
}

interface Props {
  title: string;
  lead?: ReactNode;
  submit: string;
  form: FormState;
  /** Said once it went well, where the page stays. */
  done?: string;
  children: ReactNode;
  footer?: ReactNode;
}

/** A short form that stands alone on its page. */
export function AuthPage({ title, lead, submit, form, done, children, footer }: Props) {
  return (
    <Narrow title={title}>
      {lead && <p className="mt-2 text-muted">{lead}</p>}
      <form
        onSubmit={form.onSubmit}
        onInput={form.onInput}
        className="panel mt-6 grid gap-5 p-5 sm:p-7"
      >
        <FormNote form={form} done={done} />
        {children}
        <Button type="submit" disabled={form.busy}>
          {submit}
        </Button>
      </form>
      {footer && <p className="mt-5 text-center">{footer}</p>}
    </Narrow>
  );
}

export function Narrow({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <div className="mx-auto max-w-md py-6 sm:py-12">
      <h1 className="text-3xl">{title}</h1>
      {children}
    </div>
  );
}
