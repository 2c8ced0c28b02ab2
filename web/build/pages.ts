import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import type { Language } from './language';

const table = resolve(import.meta.dirname, '../src/routes/pages.json');

/**
 * Tells the server which files each page needs at first (`pages.<language>.json`), so that it can
 * name them in the page, and which addresses there are at all.
 */
export function pages(language: Language): Plugin {
  return {
    name: 'pages',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      const routes = JSON.parse(readFileSync(table, 'utf8')) as Record<string, string>;
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const withImports = (name: string, seen = new Set<string>()): Set<string> => {
        if (seen.has(name)) return seen;
        seen.add(name);
        for (const imported of byName.get(name)?.imports ?? []) withImports(imported, seen);
        return seen;
      };
      const entry = chunks.find((chunk) => chunk.isEntry);
      if (!entry) this.error('there is no entry');
      const known = withImports(entry.fileName);
      const filesOf = (route: string): string[] => {
        const chunk = chunks.find(({ facadeModuleId }) =>
          facadeModuleId?.endsWith(`/src/routes/${route}.lazy.tsx`),
        );
        if (!chunk) this.error(`pages.json: there is no route ${route}`);
        return [...withImports(chunk.fileName)].filter((name) => !known.has(name));
      };
      const source = JSON.stringify({
        entry: [...known],
        pages: Object.fromEntries(
          Object.entries(routes).map(([path, route]) => [path, filesOf(route)]),
        ),
      });
      this.emitFile({ type: 'asset', fileName: `pages.${language}.json`, source });
    },
  };
}
