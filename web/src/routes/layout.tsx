import type { ReactNode } from 'react';
import { VoiceRegion } from '@/components/ui/Said';
import { BannedNotice } from '@/features/shell/BannedNotice';
import { ConnectionBanner } from '@/features/shell/Connection';
import { Footer } from '@/features/shell/Footer';
import { Header } from '@/features/shell/Header';
import { Notices } from '@/features/shell/Notices';
import { t } from '@/lib/i18n';

export function Layout({ children }: { children: ReactNode }) {
  return (
    <>
      <a
        href="#content"
        className="fixed start-4 top-2 z-40 -translate-y-20 rounded-lg bg-accent px-4 py-3 font-semibold text-on-accent focus:translate-y-0"
      >
        {t('app.skip')}
      </a>
      <div className="sticky top-0 z-20">
        <Header />
        <ConnectionBanner />
        <BannedNotice />
      </div>
      <main id="content" tabIndex={-1} className="mx-auto max-w-6xl px-4 py-5 outline-none sm:py-8">
        {children}
      </main>
      <Footer />
      <Notices />
      <VoiceRegion />
    </>
  );
}
