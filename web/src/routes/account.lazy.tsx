import { SignIn, SignUp } from '@/features/account/AuthForm';
import { FirstAdmin, ForgotPassword, ResetPassword } from '@/features/account/Recover';
import type { Chunk } from '@/lib/router';

export const pages: Chunk['pages'] = {
  '/sign-in': ({ search }) => <SignIn redirect={search.redirect ?? '/'} />,
  '/sign-up': ({ search }) => <SignUp redirect={search.redirect ?? '/'} />,
  '/forgot-password': ForgotPassword,
  '/reset-password': ResetPassword,
  '/first-admin': FirstAdmin,
};
