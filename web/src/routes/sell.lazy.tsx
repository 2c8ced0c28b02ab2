import { createLazyRoute } from '@tanstack/react-router';
import { Sell } from '@/features/sell/Sell';

export const Route = createLazyRoute('/member/sell')({ component: Sell });
