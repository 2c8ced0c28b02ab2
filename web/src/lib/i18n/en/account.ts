/** Texts of signing in and up. A second language is a second folder with the same keys. */
export const account = {
  'auth.signIn.title': 'Sign in',
  'auth.signIn.submit': 'Sign in',
  'auth.signIn.other': 'New here?',
  'auth.signIn.otherLink': 'Create an account',
  'auth.signUp.title': 'Create your account',
  'auth.signUp.submit': 'Create account',
  'auth.signUp.other': 'Have an account?',
  'auth.signUp.otherLink': 'Sign in',
  'auth.email': 'Email',
  'auth.password': 'Password',
  'auth.passwordHint': '8 characters or more',
  'auth.name': 'Display name',
  'auth.nameHint':
    'Sellers see it on their sales, buyers on your lots. While you bid you appear under an alias.',
} as const;
