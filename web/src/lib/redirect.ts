/**
 * The path to return to after signing in. Only paths of this site are taken: anything a browser
 * would read as another host (`//host`, `/\host`, a scheme) becomes the start page.
 */
export function safeRedirect(target: unknown): string {
  if (typeof target !== 'string' || !/^\/(?![/\\])/.test(target)) return '/';
  // A tab or line break inside is dropped by URL parsers, which could join two slashes.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\u0000-\u001f\\]/.test(target) ? '/' : target;
}
