import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { language } from '@/lib/i18n/language';
import { installShell } from '@/lib/offline';
import { Pages } from '@/lib/router';
import { readSeed } from '@/lib/seed';
import { startLive } from '@/live/instance';
import { Broken, NotFound } from '@/routes/fallbacks';
import { Layout } from '@/routes/layout';
import { queryClient, router } from '@/routes/router';
import './styles.css';

readSeed();
startLive();
installShell(language === 'en' ? '/sw.js' : `/sw.${language}.js`);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const view = createRoot(root);
const app = (
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Pages router={router} layout={Layout} notFound={<NotFound />} broken={<Broken />} />
    </QueryClientProvider>
  </StrictMode>
);
// Once there is a page to show: as a transition it is made in slices, and what the visitor does meanwhile comes
// in between.
void router.start().finally(() => startTransition(() => view.render(app)));
