/** Texts of signing in and up, and of the links that lead back in. A second language is a second folder with the same keys. */
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
  'auth.forgot': 'Forgotten your password?',

  'forgot.title': 'Forgotten password',
  'forgot.lead': 'Tell us your email, and we send you a link to choose a new password.',
  'forgot.submit': 'Send the link',
  'forgot.done':
    'If there is an account with this email, the link is on its way. It works for one hour.',
  'forgot.back': 'Back to signing in',

  'reset.title': 'Choose a new password',
  'reset.lead': 'It replaces the old one, and signs you out everywhere.',
  'reset.password': 'New password',
  'reset.submit': 'Save the password',
  'reset.done': 'Your new password is saved. Sign in with it.',
  'reset.badLink':
    'This link is incomplete, too old or was used before. A link works once, for one hour.',
  'reset.again': 'Send a new link',

  'first.title': 'The first admin',
  'first.lead':
    'This house has nobody in charge yet. The account you make here is its first admin.',
  'first.submit': 'Make the account',
  'first.closed':
    'This house has an admin already. Others are made by an admin on the command line: gavel admin promote EMAIL.',
  'first.badLink':
    'This link is incomplete. The house prints the whole link when it starts, as long as it has no admin.',
  'first.error': 'The house could not be asked.',
} as const;
