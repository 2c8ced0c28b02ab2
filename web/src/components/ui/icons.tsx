import type { ReactNode } from 'react';

interface Props {
  className?: string;
}

function Icon({ className = 'size-5', children }: Props & { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** The house's mark: a gavel over its block. */
export function Mark({ className = 'size-7' }: Props) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <g
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="m10.4 12 5.6-5.6 6 6-5.6 5.6z" />
        <path d="M9 13.4l7.4 7.4M14.6 5l8.8 8.8" />
        <path d="m13.2 15.2-6.2 6.2" />
        <path d="M14 26.4h12" />
      </g>
    </svg>
  );
}

export function SearchIcon(props: Props) {
  return (
    <Icon {...props}>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5" />
    </Icon>
  );
}

export function MenuIcon(props: Props) {
  return (
    <Icon {...props}>
      <path d="M4 7h16M4 12h16M4 17h16" />
    </Icon>
  );
}

export function CloseIcon(props: Props) {
  return (
    <Icon {...props}>
      <path d="m6 6 12 12M18 6 6 18" />
    </Icon>
  );
}

/** Points to where reading goes on; mirrored with the text direction. */
export function ForwardIcon({ className = 'size-5' }: Props) {
  return (
    <Icon className={`${className} rtl:-scale-x-100`}>
      <path d="m9 5 7 7-7 7" />
    </Icon>
  );
}

export function BackIcon({ className = 'size-5' }: Props) {
  return (
    <Icon className={`${className} rtl:-scale-x-100`}>
      <path d="m15 5-7 7 7 7" />
    </Icon>
  );
}

export function ClockIcon(props: Props) {
  return (
    <Icon {...props}>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5V12l3 2" />
    </Icon>
  );
}

export function PictureIcon(props: Props) {
  return (
    <Icon {...props}>
      <rect x="3.5" y="4.5" width="17" height="15" rx="2" />
      <circle cx="9" cy="10" r="1.6" />
      <path d="m4 17 5-4 3.5 3 3-2.5 5 4" />
    </Icon>
  );
}

export function BellIcon(props: Props) {
  return (
    <Icon {...props}>
      <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15z" />
      <path d="M10 20.5h4" />
    </Icon>
  );
}

export function HeartIcon({ className = 'size-5', filled }: Props & { filled: boolean }) {
  return (
    <Icon className={filled ? `${className} fill-current` : className}>
      <path d="M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z" />
    </Icon>
  );
}
