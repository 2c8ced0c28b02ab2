import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/Field';
import { Note } from '@/components/ui/State';
import { ApiFailure, api, unwrap } from '@/lib/api/client';
import type { User } from '@/lib/api/types';
import { textForCode } from '@/lib/i18n';
import { setIdentity } from '@/lib/session';
import { useTitle } from '@/lib/title';
import { identityChanged } from '@/live/instance';
import { t } from './text';

interface Props {
  redirect: string;
}

function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '');
}

/** What both forms do: send, show what is wrong at its field, and go where one was headed. */
function useAuth(redirect: string, send: (form: FormData) => Promise<User>) {
  const client = useQueryClient();
  const router = useRouter();
  const { mutate, isPending, error } = useMutation({
    mutationFn: send,
    onSuccess: (user) => {
      setIdentity(client, user);
      identityChanged();
      router.history.push(redirect);
    },
  });
  const failure = error instanceof ApiFailure ? error : null;
  const fields = failure?.details ?? {};
  const atField = failure?.code === 'EMAIL_TAKEN' || Object.keys(fields).length > 0;
  return {
    busy: isPending,
    fieldError: (name: string) =>
      fields[name] ??
      (name === 'email' && failure?.code === 'EMAIL_TAKEN' ? textForCode('EMAIL_TAKEN') : null),
    formError: error && !atField ? textForCode(failure?.code ?? 'UNEXPECTED') : null,
    onSubmit: (event: FormEvent<HTMLFormElement>) => {
      event.preventDefault();
      mutate(new FormData(event.currentTarget));
    },
  };
}

type Auth = ReturnType<typeof useAuth>;

function AuthPage({
  title,
  submit,
  auth,
  children,
  footer,
}: {
  title: string;
  submit: string;
  auth: Auth;
  children: ReactNode;
  footer: ReactNode;
}) {
  useTitle(title);
  return (
    <div className="mx-auto max-w-md py-6 sm:py-12">
      <h1 className="text-3xl">{title}</h1>
      <form onSubmit={auth.onSubmit} className="panel mt-6 grid gap-5 p-5 sm:p-7">
        {auth.formError && (
          <div role="alert">
            <Note tone="alert">{auth.formError}</Note>
          </div>
        )}
        {children}
        <Button type="submit" disabled={auth.busy}>
          {submit}
        </Button>
      </form>
      <p className="mt-5 text-center">{footer}</p>
    </div>
  );
}

const linkClass = 'font-semibold text-accent underline underline-offset-4';

export function SignIn({ redirect }: Props) {
  const auth = useAuth(redirect, (form) =>
    unwrap(
      api.POST('/api/v1/auth/login', {
        body: { email: textOf(form, 'email').trim(), password: textOf(form, 'password') },
      }),
    ),
  );
  return (
    <AuthPage
      title={t('auth.signIn.title')}
      submit={t('auth.signIn.submit')}
      auth={auth}
      footer={
        <>
          {t('auth.signIn.other')}{' '}
          <Link to="/sign-up" search={{ redirect }} className={linkClass}>
            {t('auth.signIn.otherLink')}
          </Link>
        </>
      }
    >
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={auth.fieldError('email')}
      />
      <TextField
        label={t('auth.password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={auth.fieldError('password')}
      />
    </AuthPage>
  );
}

export function SignUp({ redirect }: Props) {
  const auth = useAuth(redirect, (form) =>
    unwrap(
      api.POST('/api/v1/auth/register', {
        body: {
          email: textOf(form, 'email').trim(),
          password: textOf(form, 'password'),
          displayName: textOf(form, 'displayName').trim(),
        },
      }),
    ),
  );
  return (
    <AuthPage
      title={t('auth.signUp.title')}
      submit={t('auth.signUp.submit')}
      auth={auth}
      footer={
        <>
          {t('auth.signUp.other')}{' '}
          <Link to="/sign-in" search={{ redirect }} className={linkClass}>
            {t('auth.signUp.otherLink')}
          </Link>
        </>
      }
    >
      <TextField
        label={t('auth.name')}
        name="displayName"
        autoComplete="nickname"
        required
        minLength={2}
        maxLength={50}
        hint={t('auth.nameHint')}
        error={auth.fieldError('displayName')}
      />
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={auth.fieldError('email')}
      />
      <TextField
        label={t('auth.password')}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={128}
        hint={t('auth.passwordHint')}
        error={auth.fieldError('password')}
      />
    </AuthPage>
  );
}
