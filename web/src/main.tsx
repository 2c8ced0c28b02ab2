import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
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
void router.start();
installShell(language === 'en' ? '/sw.js' : `/sw.${language}.js`);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Pages router={router} layout={Layout} notFound={<NotFound />} broken={<Broken />} />
    </QueryClientProvider>
  </StrictMode>,
);
