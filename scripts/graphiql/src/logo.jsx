// A cinema's marquee: its lit sign, in the colours of the page.
export function Logo() {
  return (
    <span className="marquee-logo">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M4 9.5h24l-2.5 14h-19z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />
        <path d="M11 19.5v-6l5 4 5-4v6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" />
        <g fill="currentColor">
          <circle cx="6" cy="5.5" r="1.5" />
          <circle cx="12.67" cy="5.5" r="1.5" />
          <circle cx="19.33" cy="5.5" r="1.5" />
          <circle cx="26" cy="5.5" r="1.5" />
          <circle cx="9" cy="27.5" r="1.5" />
          <circle cx="16" cy="27.5" r="1.5" />
          <circle cx="23" cy="27.5" r="1.5" />
        </g>
      </svg>
      Marquee
    </span>
  );
}
