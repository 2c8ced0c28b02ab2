import { resolve } from 'node:path';
import type { Plugin } from 'vite';

/** The name of the chunk that is run before the app. */
export const ahead = 'ahead';

/** Has the page run `src/ahead.ts` as soon as that is there, whatever else is still on its way. */
export function runsAhead(): Plugin {
  return {
    name: 'ahead',
    apply: 'build',
    buildStart() {
      const id = resolve(import.meta.dirname, '../src/ahead.ts');
      this.emitFile({ type: 'chunk', id, name: ahead });
    },
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const chunk = Object.values(bundle ?? {}).find(({ name }) => name === ahead);
        if (!chunk) throw new Error(`there is no chunk ${ahead}`);
        const attrs = { type: 'module', async: true, crossorigin: true, src: `/${chunk.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
      },
    },
  };
}
