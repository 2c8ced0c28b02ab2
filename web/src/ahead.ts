/**
 * Run while the app is still on its way: a browser that writes its first number or date in somebody's manner
 * reads how that is done in theirs, which was half of what a phone's processor had to do before the first view.
 * Whose manner it is matters little.
 */
new Intl.NumberFormat(undefined, { style: 'currency', currency: 'EUR' }).format(0);
new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(0);
