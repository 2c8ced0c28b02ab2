import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { ahead } from './ahead';
import type { Language } from './language';

/** The pages that can be read without a network. */
const readable = ['/', '/auctions/$auctionId'];
const worker = resolve(import.meta.dirname, 'sw.js');
const table = resolve(import.meta.dirname, '../src/routes/pages.json');

/**
 * Tells the server which files each page needs at first (`pages.<language>.json`), so that it can
 * name them in the page, and which addresses there are at all. The service worker is told the same
 * of what can be read without a network, and so changes with every release.
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
      const entry = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/index.html'));
      if (!entry) this.error('there is no entry');
      const known = withImports(entry.fileName);
      const filesOf = (route: string): string[] => {
        const chunk = chunks.find(({ facadeModuleId }) =>
          facadeModuleId?.endsWith(`/src/routes/${route}.lazy.tsx`),
        );
        if (!chunk) this.error(`pages.json: there is no route ${route}`);
        return [...withImports(chunk.fileName)].filter((name) => !known.has(name));
      };
      const byPath = Object.fromEntries(
        Object.entries(routes).map(([path, route]) => [path, filesOf(route)]),
      );
      const source = JSON.stringify({ entry: [...known], pages: byPath });
      this.emitFile({ type: 'asset', fileName: `pages.${language}.json`, source });

      const styles = Object.keys(bundle).filter((name) => name.endsWith('.css'));
      const files = new Set([
        ...known,
        ...chunks.filter(({ name }) => name === ahead).map(({ fileName }) => fileName),
        ...styles,
        ...readable.flatMap((path) => byPath[path] ?? []),
      ]);
      const list = JSON.stringify([...files].map((name) => `/${name}`).sort());
      const release = createHash('sha256').update(language).update(list).digest('hex').slice(0, 12);
      const head = `const FILES = ${list};\nconst RELEASE = '${release}';\n`;
      const fileName = language === 'en' ? 'sw.js' : `sw.${language}.js`;
      this.emitFile({ type: 'asset', fileName, source: head + readFileSync(worker, 'utf8') });
    },
  };
}
