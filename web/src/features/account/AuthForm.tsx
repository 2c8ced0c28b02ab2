import { TextField } from '@/components/ui/Field';
import { textOf } from '@/components/ui/Form';
import { api, unwrap } from '@/lib/api/client';
import { useIsBanned } from '@/lib/banned';
import { Link } from '@/lib/router';
import { AuthPage, linkClass, useAuth } from './AuthPage';
import { t } from './text';

interface Props {
  redirect: string;
}

export function SignIn({ redirect }: Props) {
  const isBanned = useIsBanned();
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
      form={auth}
      footer={
        !isBanned && (
          <>
            {t('auth.signIn.other')}{' '}
            <Link to="/sign-up" search={{ redirect }} className={linkClass}>
              {t('auth.signIn.otherLink')}
            </Link>
          </>
        )
      }
    >
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={auth.at('email')}
      />
      <TextField
        label={t('auth.password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={auth.at('password')}
      />
      <p>
        <Link to="/forgot-password" className={linkClass}>
          {t('auth.forgot')}
        </Link>
      </p>
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
      form={auth}
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
        error={auth.at('displayName')}
      />
      <TextField
        label={t('auth.email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={auth.at('email')}
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
        error={auth.at('password')}
      />
    </AuthPage>
  );
}
