import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { buttonClass } from '@/components/ui/Button';
import { Fetched } from '@/components/ui/Fetched';
import { TextField } from '@/components/ui/Field';
import { textOf, useForm } from '@/components/ui/Form';
import { Said } from '@/components/ui/Said';
import { Note } from '@/components/ui/State';
import { api, unwrap } from '@/lib/api/client';
import { Link, useLocation } from '@/lib/router';
import { AuthPage, linkClass, Narrow, useAuth } from './AuthPage';
import { firstAdminQuery } from './firstAdmin';
import { t } from './text';

/** Asks for a link by mail. The answer is the same whether or not there is such an account. */
export function ForgotPassword() {
  const form = useForm((data) =>
    unwrap(
      api.POST('/api/v1/auth/password/forgot', { body: { email: textOf(data, 'email').trim() } }),
    ),
  );
  return (
    <AuthPage
      title={t('forgot.title')}
      lead={t('forgot.lead')}
      submit={t('forgot.submit')}
      form={form}
      done={t('forgot.done')}
      footer={
        <Link to="/sign-in" className={linkClass}>
          {t('forgot.back')}
        </Link>
      }
    >
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={form.at('email')}
      />
    </AuthPage>
  );
}

/** The secret of a link, from behind the `#`: it reaches no server's log and no other site. */
function useLinkToken(): string {
  return useLocation().hash;
}

/** Where the mailed link leads. */
export function ResetPassword() {
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const form = useForm(async (data) => {
    await unwrap(
      api.POST('/api/v1/auth/password/reset', {
        body: { token, newPassword: textOf(data, 'newPassword') },
      }),
    );
    setDone(true);
  });
  if (!token || form.at('token')) {
    return (
      <Narrow title={t('reset.title')}>
        <div role="alert" className="mt-6 grid gap-5">
          <Note tone="alert">{t('reset.badLink')}</Note>
          <Link to="/forgot-password" className={buttonClass('secondary')}>
            {t('reset.again')}
          </Link>
        </div>
      </Narrow>
    );
  }
  if (done) {
    return (
      <Narrow title={t('reset.title')}>
        <Said atOnce className="mt-6 grid gap-5">
          <Note tone="good">{t('reset.done')}</Note>
          <Link to="/sign-in" className={buttonClass('primary')}>
            {t('auth.signIn.title')}
          </Link>
        </Said>
      </Narrow>
    );
  }
  return (
    <AuthPage
      title={t('reset.title')}
      lead={t('reset.lead')}
      submit={t('reset.submit')}
      form={form}
    >
      <NewPassword label={t('reset.password')} name="newPassword" error={form.at('newPassword')} />
    </AuthPage>
  );
}

/** Where the link printed at the first start leads: it makes whoever opens it the first admin. */
export function FirstAdmin() {
  const query = useQuery(firstAdminQuery);
  const token = useLinkToken();
  return (
    <Fetched query={query} error={t('first.error')}>
      {({ open }) =>
        open && token ? (
          <FirstAdminForm token={token} />
        ) : (
          <Narrow title={t('first.title')}>
            <div className="mt-6 grid gap-5">
              <Note tone="caution">{t(open ? 'first.badLink' : 'first.closed')}</Note>
              <Link to="/sign-in" className={buttonClass('secondary')}>
                {t('auth.signIn.title')}
              </Link>
            </div>
          </Narrow>
        )
      }
    </Fetched>
  );
}

function FirstAdminForm({ token }: { token: string }) {
  const form = useAuth('/admin', (data) =>
    unwrap(
      api.POST('/api/v1/auth/first-admin', {
        body: {
          token,
          email: textOf(data, 'email').trim(),
          password: textOf(data, 'password'),
          displayName: textOf(data, 'displayName').trim(),
        },
      }),
    ),
  );
  return (
    <AuthPage
      title={t('first.title')}
      lead={t('first.lead')}
      submit={t('first.submit')}
      form={form}
    >
      <TextField
        label={t('auth.name')}
        name="displayName"
        autoComplete="nickname"
        required
        minLength={2}
        maxLength={50}
        error={form.at('displayName')}
      />
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={form.at('email')}
      />
      <NewPassword label={t('auth.password')} name="password" error={form.at('password')} />
    </AuthPage>
  );
}

interface NewPasswordProps {
  label: string;
  name: string;
  error: string | null;
}

function NewPassword({ label, name, error }: NewPasswordProps) {
  return (
    <TextField
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      required
      minLength={8}
      maxLength={128}
      hint={t('auth.passwordHint')}
      error={error}
    />
  );
}
