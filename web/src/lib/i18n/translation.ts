/** The `{placeholders}` that a text holds. */
export type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/**
 * Another language's dictionary of the same page: each key of the English one, and no other. A key
 * that is missing or too many does not compile; `translation.test.ts` holds the placeholders.
 */
export type Translation<D> = { readonly [K in keyof D]: string };
