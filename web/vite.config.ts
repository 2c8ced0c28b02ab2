import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { runsAhead } from './build/ahead';
import { compressed } from './build/compressed';
import { inLanguage, isLanguage } from './build/language';
import { pages } from './build/pages';

const server = 'http://127.0.0.1:3000';

/** The app is built once a language, `vite build --mode <language>`, into one folder. */
export default defineConfig(({ mode }) => {
  const language = isLanguage(mode) ? mode : 'en';
  return {
    plugins: [
      react(),
      tailwindcss(),
      inLanguage(language),
      runsAhead(),
      pages(language),
      compressed(),
    ],
    resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
    build: {
      target: 'es2022',
      emptyOutDir: language === 'en',
      // Nothing may be inlined: the content security policy allows files of this origin only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // What every page needs, in one file: it compresses better than the several small ones that
          // sharing between routes would make (4 KB less for the lot page).
          codeSplitting: {
            groups: [
              {
                name: 'base',
                test: /node_modules|src\/(lib\/(?!i18n\/(en|de)\/(?!common|page))|live|components\/ui\/(State|Button|LotBits|Price|Picture|icons))/,
              },
            ],
          },
        },
      },
    },
    server: {
      proxy: {
        '/api': server,
        '/media': server,
        '/ws': { target: server, ws: true },
      },
    },
    test: {
      environment: 'happy-dom',
      include: ['src/**/*.test.{ts,tsx}'],
    },
  };
});
