// Who could hold: a lane for each candidate, solid where it certainly held, hatched where it possibly did, and the event's
// interval drawn through all of them.
import type { CandidateRow } from "./data";

const WIDTH = 320;
const LANE = 30;

export function Lanes({
  candidates,
  fromUs,
  toUs,
}: {
  candidates: readonly CandidateRow[];
  fromUs: number;
  toUs: number;
}) {
  const half = Math.max((toUs - fromUs) * 2, 2_000_000);
  const middle = (fromUs + toUs) / 2;
  const left = middle - half;
  const x = (us: number | null, open: number) =>
    us === null ? open : Math.min(WIDTH, Math.max(0, ((us - left) / (2 * half)) * WIDTH));
  const shown = candidates.slice(0, 12);
  const height = LANE * shown.length + 8;
  return (
    <svg
      className="viewer-lanes"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={shown.map((c) => c.party).join(", ")}
    >
      <defs>
        <pattern
          id="possible"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V6" stroke="var(--lane)" strokeWidth="1.5" />
        </pattern>
      </defs>
      <rect
        x={x(fromUs, 0)}
        y="0"
        width={Math.max(2, x(toUs, WIDTH) - x(fromUs, 0))}
        height={height}
        fill="var(--clock-fill)"
      />
      {shown.map((c, i) => {
        const y = LANE * i + 4;
        const [a, b] = [x(c.possible[0], 0), x(c.possible[1], WIDTH)];
        const [p, q] = [x(c.certain[0], WIDTH), x(c.certain[1], 0)];
        return (
          <g key={`${c.natSource}${c.line}${c.ports}`}>
            <rect
              x={a}
              y={y + 12}
              width={Math.max(1, b - a)}
              height="12"
              fill="url(#possible)"
              stroke="var(--lane)"
            />
            {q > p ? <rect x={p} y={y + 12} width={q - p} height="12" fill="var(--lane)" /> : null}
            <text x="0" y={y + 9} className="axis">
              {c.party}
            </text>
          </g>
        );
      })}
      {[fromUs, toUs].map((us) => (
        <path key={us} d={`M${x(us, 0)} 0V${height}`} stroke="var(--clock)" strokeWidth="1.5" />
      ))}
    </svg>
  );
}
