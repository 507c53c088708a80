// Offset over the source's own clock: the pairs as points, the segments as lines with their 95 % band, silences marked;
// below it the distance of each point from its segment. uPlot draws the axes; bands and points are drawn by hand, since a
// band belongs to a segment and not to a series.
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { offsetAt, type Segment } from "../../shared/clock/calibration";
import { useZone } from "../frame/store";
import { tokenReader, useThemeName } from "../frame/theme";
import { halfWidth, offsetWords, timeParts } from "../signs/time-format";
import { t } from "../words/words";
import { BorderHandles, type MovedBorder, type PlotFrame } from "./border-handles";
import { type Points, shownOf, xBounds, yBounds } from "./points";

export function OffsetPlot({
  points,
  segments,
  kind,
  label,
  onBorder,
}: {
  points: Points;
  segments: readonly Segment[];
  kind: "offset" | "residual";
  label: string;
  /** A border of a segment was moved by hand; without it the borders stand. */
  onBorder?: (border: MovedBorder) => void;
}) {
  const [frame, setFrame] = useState<PlotFrame | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const zone = useZone();
  const theme = useThemeName();
  const shown = useMemo(() => shownOf(points, segments, kind), [points, segments, kind]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const token = tokenReader(theme);
    const color = (name: string) => token(name);
    const font = "11px Inter, sans-serif";
    const alpha = Number(token("point-alpha")) || 0.7;
    const axis = (size: number): Partial<uPlot.Axis> => ({
      stroke: color("muted"),
      font,
      size,
      grid: { stroke: color("line"), width: 1 },
      ticks: { show: false },
    });
    const bounds = yBounds(shown, segments, kind);
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: Math.max(80, element.clientHeight),
        legend: { show: false },
        cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
        padding: [8, 14, 0, 0],
        scales: { x: { time: false, range: () => xBounds(shown, segments) }, y: { range: () => bounds } },
        series: [{}, { paths: () => null, points: { show: false } }],
        axes: [
          {
            ...axis(26),
            space: 110,
            show: true,
            values: (u, splits) => {
              const span = (u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0);
              return splits.map((second, i) => axisLabel(second * 1e6, span, zone, i === 0));
            },
            incrs: [
              1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 432000, 864000,
              2592000,
            ],
          },
          { ...axis(58), space: 46, values: (_u, splits) => splits.map((value) => signed(value)) },
        ],
        hooks: {
          draw: [
            (u) => {
              const next = frameOf(u);
              setFrame((now) => (now && sameFrame(now, next) ? now : next));
            },
            (u) => {
              const ctx = u.ctx;
              const ratio = devicePixelRatio || 1;
              const xOf = (us: number) => u.valToPos(us / 1e6, "x", true);
              const yOf = (seconds: number) => u.valToPos(seconds, "y", true);
              ctx.save();
              ctx.beginPath();
              ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
              ctx.clip();
              ctx.textAlign = "left";
              ctx.textBaseline = "alphabetic";
              // One segment longer than its points would show a bare sliver at the ends; the band is drawn as it is valid.
              for (const segment of segments) {
                const level = (us: number) => (kind === "offset" ? offsetAt(segment, us) / 1e6 : 0);
                const half = segment.uncertaintyUs / 1e6;
                const [a, b] = [segment.fromUs, segment.toUs];
                ctx.beginPath();
                ctx.moveTo(xOf(a), yOf(level(a) + half));
                ctx.lineTo(xOf(b), yOf(level(b) + half));
                ctx.lineTo(xOf(b), yOf(level(b) - half));
                ctx.lineTo(xOf(a), yOf(level(a) - half));
                ctx.closePath();
                ctx.fillStyle = color("clock-fill");
                ctx.fill();
                ctx.strokeStyle = color("clock");
                ctx.lineWidth = ratio;
                for (const side of [1, -1]) {
                  ctx.beginPath();
                  ctx.moveTo(xOf(a), yOf(level(a) + side * half));
                  ctx.lineTo(xOf(b), yOf(level(b) + side * half));
                  ctx.stroke();
                }
              }
              ctx.globalAlpha = alpha;
              ctx.fillStyle = color("accent");
              const size = (shown.xs.length > 6000 ? 1.6 : 2.2) * ratio;
              for (let i = 0; i < shown.xs.length; i++) {
                const px = u.valToPos(shown.xs[i] ?? 0, "x", true);
                const [low, high] = [shown.low[i], shown.high[i]];
                if (!shown.intervals) {
                  if (low === null || low === undefined) continue;
                  const py = yOf(low);
                  if (shown.used[i]) ctx.fillRect(px - size / 2, py - size / 2, size, size);
                  else {
                    ctx.strokeStyle = color("edge");
                    ctx.lineWidth = ratio;
                    ctx.strokeRect(px - size / 2, py - size / 2, size, size);
                  }
                  continue;
                }
                // Caps, as of a bracket: the offset lies above the one and below the other.
                const [wide, deep] = [4 * ratio, 3 * ratio];
                ctx.fillStyle = color(shown.used[i] ? "accent" : "edge");
                for (const [end, side] of [
                  [low, 1],
                  [high, -1],
                ] as const) {
                  if (end === null || end === undefined) continue;
                  const py = yOf(end);
                  ctx.fillRect(px - wide / 2, py - ratio / 2, wide, ratio);
                  ctx.fillRect(px - ratio / 2, side === 1 ? py - deep : py, ratio, deep);
                }
              }
              ctx.globalAlpha = 1;
              for (const segment of segments) {
                const level = (us: number) => (kind === "offset" ? offsetAt(segment, us) / 1e6 : 0);
                ctx.strokeStyle = color("clock");
                ctx.lineWidth = (kind === "offset" ? 2.2 : 1.2) * ratio;
                ctx.beginPath();
                ctx.moveTo(xOf(segment.fromUs), yOf(level(segment.fromUs)));
                ctx.lineTo(xOf(segment.toUs), yOf(level(segment.toUs)));
                ctx.stroke();
              }
              for (let i = 1; i < segments.length; i++) {
                const [before, after] = [segments[i - 1], segments[i]];
                if (!before || !after) continue;
                ctx.strokeStyle = color("mark");
                ctx.lineWidth = ratio;
                ctx.setLineDash([4 * ratio, 3 * ratio]);
                for (const us of [before.toUs, after.fromUs]) {
                  ctx.beginPath();
                  ctx.moveTo(xOf(us), u.bbox.top);
                  ctx.lineTo(xOf(us), u.bbox.top + u.bbox.height);
                  ctx.stroke();
                }
                ctx.setLineDash([]);
                if (kind === "offset") {
                  ctx.fillStyle = color("mark");
                  ctx.font = `${12 * ratio}px Inter, sans-serif`;
                  const step = after.offsetUs - before.offsetUs;
                  const text = t("step of {{step}}", { step: offsetWords(step) });
                  const wide = ctx.measureText(text).width;
                  const right = xOf(after.fromUs) + 8 * ratio;
                  const fits = right + wide < u.bbox.left + u.bbox.width;
                  ctx.fillText(
                    text,
                    fits ? right : xOf(before.toUs) - wide - 8 * ratio,
                    u.bbox.top + 14 * ratio,
                  );
                }
              }
              if (kind === "offset") {
                ctx.font = `600 ${12 * ratio}px Inter, sans-serif`;
                ctx.fillStyle = color("clock");
                segments.slice(0, 6).forEach((segment, i) => {
                  const text = t("segment {{number}}, {{offset}} {{width}}", {
                    number: i + 1,
                    offset: offsetWords(segment.offsetUs),
                    width: halfWidth(segment.uncertaintyUs),
                  });
                  const middle = (segment.fromUs + segment.toUs) / 2;
                  const wide = ctx.measureText(text).width;
                  if (xOf(segment.toUs) - xOf(segment.fromUs) < wide + 8) return;
                  const y = yOf(offsetAt(segment, middle) / 1e6 - segment.uncertaintyUs / 1e6) + 18 * ratio;
                  ctx.fillText(
                    text,
                    xOf(middle) - wide / 2,
                    Math.min(y, u.bbox.top + u.bbox.height - 6 * ratio),
                  );
                });
              }
              ctx.restore();
            },
          ],
        },
      } as uPlot.Options,
      [[...shown.xs], [...shown.low]],
      element,
    );
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(200, element.clientWidth), height: Math.max(80, element.clientHeight) });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [shown, segments, kind, zone, theme]);

  return (
    <div className="plot-frame">
      <div ref={box} className="plot" role="img" aria-label={label} data-keys="plot" />
      {frame && onBorder ? <BorderHandles frame={frame} segments={segments} onMoved={onBorder} /> : null}
    </div>
  );
}

const frameOf = (u: uPlot): PlotFrame => {
  const ratio = devicePixelRatio || 1;
  return {
    left: u.bbox.left / ratio,
    top: u.bbox.top / ratio,
    width: u.bbox.width / ratio,
    height: u.bbox.height / ratio,
    fromUs: (u.scales.x?.min ?? 0) * 1e6,
    toUs: (u.scales.x?.max ?? 0) * 1e6,
  };
};
const sameFrame = (a: PlotFrame, b: PlotFrame): boolean =>
  (Object.keys(a) as (keyof PlotFrame)[]).every((key) => a[key] === b[key]);

const signed = (value: number): string => {
  const text =
    Math.abs(value) >= 1000
      ? value.toFixed(0)
      : Math.abs(value) < 0.0005
        ? "0"
        : String(Number(value.toFixed(3)));
  return value > 0 ? `+${text}` : text;
};

function axisLabel(us: number, spanSeconds: number, zone: string, first: boolean): string {
  const parts = timeParts(us, 0, zone);
  const suffix = first ? parts.zone : "";
  if (spanSeconds > 3 * 86_400) {
    const day = parts.date.slice(5);
    const midnight = parts.time.startsWith("00:00");
    return midnight && !first ? day : `${day} ${parts.time.slice(0, 5)}${suffix}`;
  }
  return `${parts.time}${suffix}`;
}
