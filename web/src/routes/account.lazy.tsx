import { createLazyRoute } from '@tanstack/react-router';
import { SignIn, SignUp } from '@/features/account/AuthForm';

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
