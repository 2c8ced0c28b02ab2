import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/Button';
import { TextField } from '@/components/ui/Field';
import { FormNote, type FormState, textOf, useForm } from '@/components/ui/Form';
import { api, unwrap } from '@/lib/api/client';
import type { User } from '@/lib/api/types';
import { meQuery, useMe } from '@/lib/session';
import { formatMoment } from '@/lib/time';
import { Part } from './Settings';
import { t } from './text';

export function Profile() {
  const me = useMe();
  if (!me) return null;
  return (
    <div className="grid gap-5">
      <Name me={me} />
      <Email me={me} />
      <Password email={me.email} />
    </div>
  );
}

/** Sends a part of the profile and takes the answer as who one is now. */
function useProfileForm(change: (form: FormData) => Parameters<typeof patch>[0]): FormState {
  const client = useQueryClient();
  return useForm(
    async (form, element) => {
      client.setQueryData(meQuery.queryKey, await patch(change(form)));
      for (const field of element.querySelectorAll<HTMLInputElement>('[type="password"]')) {
        field.value = '';
      }
    },
    { EMAIL_TAKEN: 'email', INVALID_CREDENTIALS: 'currentPassword' },
  );
}

const patch = (body: { displayName?: string; email?: string; currentPassword?: string }) =>
  unwrap(api.PATCH('/api/v1/users/me', { body }));

function Name({ me }: { me: User }) {
  const form = useProfileForm((data) => ({ displayName: textOf(data, 'displayName').trim() }));
  return (
    <PartForm title={t('profile.who')} form={form} submit={t('profile.save')}>
      <TextField
        label={t('profile.name')}
        name="displayName"
        defaultValue={me.displayName}
        autoComplete="nickname"
        required
        minLength={2}
        maxLength={50}
        hint={t('profile.nameHint')}
        error={form.at('displayName')}
      />
      <p className="text-sm text-muted">
        {t('profile.since', { moment: formatMoment(me.createdAt) })}
      </p>
    </PartForm>
  );
}

function Email({ me }: { me: User }) {
  const form = useProfileForm((data) => ({
    email: textOf(data, 'email').trim(),
    currentPassword: textOf(data, 'currentPassword'),
  }));
  return (
    <PartForm title={t('profile.email')} form={form} submit={t('profile.saveEmail')}>
      <TextField
        label={t('profile.email')}
        name="email"
        type="email"
        defaultValue={me.email}
        autoComplete="email"
        required
        hint={t('profile.emailHint')}
        error={form.at('email')}
      />
      <CurrentPassword error={form.at('currentPassword')} hint={t('profile.currentHint')} />
    </PartForm>
  );
}

function Password({ email }: { email: string }) {
  const form = useForm(
    async (data, element) => {
      await unwrap(
        api.POST('/api/v1/auth/password', {
          body: {
            currentPassword: textOf(data, 'currentPassword'),
            newPassword: textOf(data, 'newPassword'),
          },
        }),
      );
      element.reset();
    },
    { INVALID_CREDENTIALS: 'currentPassword' },
  );
  return (
    <PartForm
      title={t('profile.password')}
      form={form}
      submit={t('profile.savePassword')}
      done={t('profile.passwordSaved')}
    >
      {/* For password managers, which keep a password with the name it belongs to. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <CurrentPassword error={form.at('currentPassword')} />
      <TextField
        label={t('profile.new')}
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={128}
        hint={t('profile.newHint')}
        error={form.at('newPassword')}
      />
    </PartForm>
  );
}

function CurrentPassword({ error, hint }: { error: string | null; hint?: string }) {
  return (
    <TextField
      label={t('profile.current')}
      name="currentPassword"
      type="password"
      autoComplete="current-password"
      required
      hint={hint}
      error={error}
    />
  );
}

interface PartFormProps {
  title: string;
  form: FormState;
  submit: string;
  done?: string;
  children: ReactNode;
}

function PartForm({ title, form, submit, done = t('profile.saved'), children }: PartFormProps) {
  return (
    <Part title={title}>
      <form onSubmit={form.onSubmit} onInput={form.onInput} className="grid max-w-md gap-4">
        <FormNote form={form} done={done} />
        {children}
        <Button type="submit" kind="secondary" disabled={form.busy} className="justify-self-start">
          {submit}
        </Button>
      </form>
    </Part>
  );
}
