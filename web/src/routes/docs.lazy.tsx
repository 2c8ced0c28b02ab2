import { createLazyRoute } from '@tanstack/react-router';
import { Docs } from '@/features/docs/Docs';

export const Route = createLazyRoute('/docs')({ component: Docs });
