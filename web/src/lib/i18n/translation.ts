/** The `{placeholders}` that a text holds. */
export type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** Whether `T` names every placeholder of `S` and no other. */
type SameNames<S extends string, T extends string> = [Names<S>] extends [Names<T>]
  ? [Names<T>] extends [Names<S>]
    ? T
    : never
  : never;

/**
 * Another language's dictionary of the same page: each key of the English one, and no other. A key
 * that is missing or too many does not compile.
 */
export type Translation<D> = { readonly [K in keyof D]: string };

/** Holds each text of a translation to the placeholders of the original; `never` where one differs. */
export type SamePlaceholders<D, T extends Translation<D>> = {
  readonly [K in keyof D]: SameNames<D[K] & string, T[K]>;
};
