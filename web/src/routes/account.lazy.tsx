import { createLazyRoute } from '@tanstack/react-router';
import { SignIn, SignUp } from '@/features/account/AuthForm';
import { FirstAdmin, ForgotPassword, ResetPassword } from '@/features/account/Recover';

export const SignInRoute = createLazyRoute('/sign-in')({
  component: function SignInPage() {
    return <SignIn redirect={SignInRoute.useSearch().redirect ?? '/'} />;
  },
});

export const SignUpRoute = createLazyRoute('/sign-up')({
  component: function SignUpPage() {
    return <SignUp redirect={SignUpRoute.useSearch().redirect ?? '/'} />;
  },
});

export const ForgotRoute = createLazyRoute('/forgot-password')({ component: ForgotPassword });
export const ResetRoute = createLazyRoute('/reset-password')({ component: ResetPassword });
export const FirstAdminRoute = createLazyRoute('/first-admin')({ component: FirstAdmin });
