// Every sign of the interface that is no letter, 14 or 16 px, drawn in the text's own colour. One meaning, one sign.
import type { ReactNode } from "react";
import type { Verdict } from "../../shared/contract/attribution";
import type { Role } from "../../shared/record/columns";
import { type Kept, text } from "../words/words";

function Svg({ size = 16, children }: { size?: number; children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const VERDICT_SIGNS: Readonly<Record<Verdict, ReactNode>> = {
  unique: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
      <path d="M4.8 8.2l2.2 2.3 4.2-4.6" stroke="var(--work)" strokeWidth="1.8" />
    </>
  ),
  only: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 1.8a6.2 6.2 0 0 0 0 12.4z" fill="currentColor" stroke="none" />
    </>
  ),
  ambiguous: (
    <>
      <circle cx="5.6" cy="8" r="4.4" />
      <circle cx="10.4" cy="8" r="4.4" />
    </>
  ),
  none: <circle cx="8" cy="8" r="6.2" />,
  "out-of-range": (
    <>
      <path d="M4 2.2H1.6v11.6H4M7.2 2.2h2.4v11.6H7.2" />
      <circle cx="13.4" cy="8" r="1.7" fill="currentColor" stroke="none" />
    </>
  ),
  "no-port": (
    <>
      <rect x="2" y="2" width="12" height="12" rx="2.5" />
      <path d="M4.4 11.6l7.2-7.2" />
    </>
  ),
};

export function VerdictSign({ verdict, size = 14 }: { verdict: Verdict; size?: number }) {
  return <Svg size={size}>{VERDICT_SIGNS[verdict]}</Svg>;
}

/** The sign with its word, which always stands beside it. */
export function VerdictWord({ verdict, size = 14 }: { verdict: Verdict; size?: number }) {
  return (
    <span className={`verdict verdict-${verdict}`}>
      <VerdictSign verdict={verdict} size={size} />
      {verdict}
    </span>
  );
}

const ROLE_SIGNS: Readonly<Record<Role, ReactNode>> = {
  server: (
    <>
      <rect x="2" y="2.5" width="12" height="4.6" rx="1" />
      <rect x="2" y="8.9" width="12" height="4.6" rx="1" />
      <path d="M4.6 4.8h.01M4.6 11.2h.01" strokeWidth="2" />
    </>
  ),
  nat: (
    <path d="M1.5 4.5h3.2c3.2 0 3.6 7 6.8 7h2.6M1.5 11.5h3.2c1.1 0 1.9-.8 2.5-1.9M9 6.4c.6-1.1 1.4-1.9 2.5-1.9h2.6M12.4 2.6l1.9 1.9-1.9 1.9M12.4 9.6l1.9 1.9-1.9 1.9" />
  ),
  subscriber: (
    <>
      <circle cx="8" cy="5" r="3" />
      <path d="M2.5 14c.5-3 2.6-4.5 5.5-4.5s5 1.5 5.5 4.5" />
    </>
  ),
  reference: (
    <>
      <circle cx="8" cy="8" r="6.2" />
      <path d="M8 4.4V8l2.4 1.8" />
    </>
  ),
};

export function RoleSign({ of }: { of: Role }) {
  return <Svg>{ROLE_SIGNS[of]}</Svg>;
}
export const ROLE_WORDS: Readonly<Record<Role, Kept>> = {
  server: text("server log"),
  nat: text("NAT records"),
  subscriber: text("subscriber records"),
  reference: text("reference clock"),
};

export const BrandSign = () => (
  <svg
    width="20"
    height="20"
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    aria-hidden="true"
  >
    <path d="M6 3H2.5v14H6M14 3h3.5v14H14" />
    <circle cx="10" cy="10" r="2.4" fill="var(--text)" stroke="none" />
  </svg>
);
export const SearchSign = () => (
  <Svg size={14}>
    <circle cx="7" cy="7" r="4.8" />
    <path d="M10.8 10.8L14 14" />
  </Svg>
);
export const HelpSign = () => (
  <Svg>
    <circle cx="8" cy="8" r="6.5" />
    <path d="M6.2 6.3c.2-2.4 3.7-2.2 3.6 0 0 1.3-1.8 1.4-1.8 2.7M8 11.6h.01" />
  </Svg>
);
export const FilterSign = () => (
  <Svg size={14}>
    <path d="M2 4h12M4.5 8h7M7 12h2" />
  </Svg>
);
export const WarnSign = ({ size = 14 }: { size?: number }) => (
  <Svg size={size}>
    <path d="M8 2.2L14.6 14H1.4zM8 6.4v3.4M8 11.9h.01" />
  </Svg>
);
export const QuestionSign = () => (
  <Svg size={14}>
    <circle cx="8" cy="8" r="6.5" />
    <path d="M6.2 6.3c.2-2.4 3.7-2.2 3.6 0 0 1.3-1.8 1.4-1.8 2.7M8 11.6h.01" />
  </Svg>
);
export const CheckSign = ({ size = 14 }: { size?: number }) => (
  <Svg size={size}>
    <path d="M3 8.6l3.2 3.4L13 4.6" strokeWidth="1.9" />
  </Svg>
);
export const RejectSign = () => (
  <Svg size={13}>
    <rect x="2" y="2" width="12" height="12" rx="1.5" />
    <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
  </Svg>
);
export const PartialSign = () => (
  <Svg size={13}>
    <rect x="2" y="2" width="12" height="12" rx="1.5" />
    <rect x="2" y="2" width="6" height="12" fill="currentColor" stroke="none" />
  </Svg>
);
export const FolderSign = () => (
  <Svg>
    <path d="M1.8 12.8V3.6h4.4l1.6 1.8h6.4v7.4z" />
  </Svg>
);
export const FileSign = () => (
  <Svg>
    <path d="M3.5 1.8h6l3 3v9.4h-9zM9.3 2v3h3" />
  </Svg>
);
export const CloseSign = () => (
  <Svg size={14}>
    <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />
  </Svg>
);
export const StarSign = ({ filled }: { filled: boolean }) => (
  <Svg size={13}>
    <path
      d="M8 1.6l2 4.3 4.6.6-3.4 3.2.9 4.7L8 12.1l-4.1 2.3.9-4.7L1.4 6.5 6 5.9z"
      fill={filled ? "currentColor" : "none"}
    />
  </Svg>
);
export const NoteSign = () => (
  <Svg size={13}>
    <path d="M3 2h10v9l-3 3H3zM5.5 5.5h5M5.5 8.5h3" />
  </Svg>
);
export const NotSign = () => (
  <Svg size={12}>
    <circle cx="8" cy="8" r="6" />
    <path d="M4.8 8h6.4" />
  </Svg>
);
export const DarkSign = () => (
  <Svg>
    <path d="M13.6 9.8A6 6 0 0 1 6.2 2.4a6 6 0 1 0 7.4 7.4z" />
  </Svg>
);
export const PlugSign = () => (
  <Svg size={14}>
    <path d="M2 8h4M10 8h4M6 5v6a3 3 0 0 0 0-6zM10 5a3 3 0 0 0 0 6z" />
  </Svg>
);
