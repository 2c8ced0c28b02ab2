import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { language } from '@/lib/i18n/language';
import { installShell } from '@/lib/offline';
import { readSeed } from '@/lib/seed';
import { startLive } from '@/live/instance';
import { queryClient, router } from '@/routes/router';
import './styles.css';

readSeed();
startLive();
installShell(language === 'en' ? '/sw.js' : `/sw.${language}.js`);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
