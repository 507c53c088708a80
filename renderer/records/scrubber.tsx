// The time histogram above the grid, which is its outer scroll bar: where the records lie in time, the window that the
// grid holds, the place in it, and silences. Each bar leads to its first row.
import { useMemo } from "react";
import { useZone } from "../frame/store";
import { windowSpan } from "../parts/windows";
import { durationText, timeText } from "../signs/time-format";
import { t } from "../words/words";
import type { Histogram } from "./use-view";

/** A stretch without a record counts as a silence from this share of the whole span on. */
const SILENCE_SHARE = 0.012;

export interface Silence {
  readonly from: number;
  readonly to: number;
}

/** Runs of empty slices between filled ones. */
export function silencesOf(counts: readonly number[]): Silence[] {
  const out: Silence[] = [];
  let start = -1;
  let seen = false;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) {
      if (start < 0) start = i;
      continue;
    }
    if (seen && start >= 0 && (i - start) / counts.length >= SILENCE_SHARE) out.push({ from: start, to: i });
    start = -1;
    seen = true;
  }
  return out;
}

/** The slice that holds a row, by each slice's first row; for views in order of time. */
export function sliceOf(row: number, firstRow: readonly number[], counts: readonly number[]): number {
  let found = 0;
  for (let i = 0; i < firstRow.length; i++) if (counts[i] && (firstRow[i] ?? 0) <= row) found = i;
  return found;
}

const inOrder = (histogram: Histogram): boolean => {
  let last = -1;
  return histogram.firstRow.every((row, i) => {
    if (!histogram.counts[i]) return true;
    const ok = row >= last;
    last = row;
    return ok;
  });
};

const W = 1000;
const H = 44;

export function Scrubber({
  histogram,
  rows,
  window: at,
  place,
  onGo,
}: {
  histogram: Histogram;
  rows: number;
  window: number;
  place: number | null;
  onGo: (row: number) => void;
}) {
  const zone = useZone();
  const { counts, firstRow, fromUs, toUs } = histogram;
  const ordered = useMemo(() => inOrder(histogram), [histogram]);
  const silences = useMemo(() => silencesOf(counts), [counts]);
  if (fromUs === null || toUs === null || counts.length === 0)
    return <div className="scrubber-none small muted">{t("No record of this view has a time.")}</div>;
  const most = Math.max(1, ...counts);
  const step = W / counts.length;
  const span = windowSpan(at, rows);
  const first = ordered ? sliceOf(span.from, firstRow, counts) : 0;
  const last = ordered ? sliceOf(Math.max(span.from, span.to - 1), firstRow, counts) : counts.length - 1;
  const now = place === null ? null : sliceOf(place, firstRow, counts);
  const sliceUs = (toUs - fromUs) / counts.length;
  const longest = silences.reduce<Silence | null>(
    (a, b) => (a && a.to - a.from >= b.to - b.from ? a : b),
    null,
  );
  const go = (slice: number) => {
    const clamped = Math.min(counts.length - 1, Math.max(0, slice));
    for (let d = 0; d < counts.length; d++)
      for (const i of [clamped + d, clamped - d]) if (counts[i]) return onGo(firstRow[i] ?? 0);
  };
  const jump = (from: number, direction: 1 | -1) => {
    for (let i = from + direction; i >= 0 && i < counts.length; i += direction)
      if (counts[i]) return onGo(firstRow[i] ?? 0);
  };
  const where = now ?? first;
  return (
    <div className="scrubber">
      <div
        className="scrubber-plot"
        role="slider"
        tabIndex={0}
        aria-label={t("Place in time")}
        aria-valuemin={0}
        aria-valuemax={counts.length - 1}
        aria-valuenow={where}
        aria-valuetext={t("from {{from}}, {{count}} records", {
          from: timeText(Math.floor(fromUs + where * sliceUs), 0, zone),
          count: counts[where] ?? 0,
        })}
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") jump(where, 1);
          else if (event.key === "ArrowLeft") jump(where, -1);
          else if (event.key === "PageDown") go(where + 12);
          else if (event.key === "PageUp") go(where - 12);
          else if (event.key === "Home") go(0);
          else if (event.key === "End") go(counts.length - 1);
          else return;
          event.preventDefault();
        }}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          go(Math.floor(((event.clientX - box.left) / box.width) * counts.length));
        }}
      >
        <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
          <defs>
            <pattern
              id="silence"
              width="6"
              height="6"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path d="M0 0V6" stroke="var(--mark)" strokeWidth="1.4" />
            </pattern>
          </defs>
          {silences.map((silence) => (
            <rect
              key={silence.from}
              x={silence.from * step}
              y={0}
              width={(silence.to - silence.from) * step}
              height={H}
              fill="url(#silence)"
              opacity="0.7"
            />
          ))}
          {counts.map((count, i) => {
            if (!count) return null;
            const height = Math.max(2, (count / most) * (H - 4));
            const inside = i >= first && i <= last;
            const x = i * step;
            return (
              <rect
                key={x}
                x={x}
                y={H - height}
                width={Math.max(0.8, step - 0.8)}
                height={height}
                fill={inside && ordered ? "var(--accent)" : "var(--edge)"}
              />
            );
          })}
        </svg>
        {ordered && rows > span.to - span.from ? (
          <span
            className="scrubber-window"
            style={{
              left: `${(first * 100) / counts.length}%`,
              width: `${((last - first + 1) * 100) / counts.length}%`,
            }}
          />
        ) : null}
        {now !== null ? (
          <span className="scrubber-place" style={{ left: `${((now + 0.5) * 100) / counts.length}%` }} />
        ) : null}
      </div>
      <div className="scrubber-labels mono floor">
        <span>{timeText(fromUs, 0, zone)}</span>
        {longest ? (
          <span className="mark">
            {t("silent {{length}}", { length: durationText((longest.to - longest.from) * sliceUs) })}
          </span>
        ) : (
          <span />
        )}
        <span>{timeText(toUs, 0, zone)}</span>
      </div>
    </div>
  );
}
