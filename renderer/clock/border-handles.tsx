// The borders of a calibration's segments as handles over its plot: dragged, or moved by the arrow keys. A border moves
// inwards only; letting go asks for the reason, and nothing is applied before it was looked at as a preview.
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import type { Segment } from "../../shared/clock/calibration";
import { useZone } from "../frame/store";
import { timeText } from "../signs/time-format";
import { t } from "../words/words";

export interface Border {
  /** Index of the segment. */
  readonly segment: number;
  readonly end: "from" | "to";
}
export interface MovedBorder extends Border {
  readonly us: number;
}

/** Where the plot draws: from a recorded time to pixels from the left of its box, and back. */
export interface PlotFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** An arrow key moves by this share of what is shown, with Shift by ten times as much; at least a second. */
const STEP_SHARE = 1 / 400;
/** A segment keeps at least this, microseconds. */
const LEAST_US = 1_000_000;

export function BorderHandles({
  frame,
  segments,
  onMoved,
}: {
  frame: PlotFrame;
  segments: readonly Segment[];
  onMoved: (border: MovedBorder) => void;
}) {
  const [moving, setMoving] = useState<MovedBorder | null>(null);
  const borders = segments.flatMap((segment, i): MovedBorder[] => [
    { segment: i, end: "from", us: segment.fromUs },
    { segment: i, end: "to", us: segment.toUs },
  ]);
  return (
    <>
      {borders.map((border) => (
        <Handle
          key={`${border.segment}/${border.end}`}
          border={border}
          at={moving?.segment === border.segment && moving.end === border.end ? moving.us : border.us}
          of={segments[border.segment]}
          frame={frame}
          onMove={(us) => setMoving(us === null ? null : { ...border, us })}
          onDone={(us) => {
            setMoving(null);
            if (us !== border.us) onMoved({ ...border, us });
          }}
        />
      ))}
    </>
  );
}

function Handle({
  border,
  at,
  of,
  frame,
  onMove,
  onDone,
}: {
  border: MovedBorder;
  at: number;
  of: Segment | undefined;
  frame: PlotFrame;
  onMove: (us: number | null) => void;
  onDone: (us: number) => void;
}) {
  const zone = useZone();
  if (!of) return null;
  const perPx = (frame.toUs - frame.fromUs) / Math.max(1, frame.width);
  const least = border.end === "from" ? of.fromUs : of.fromUs + LEAST_US;
  const most = border.end === "from" ? of.toUs - LEAST_US : of.toUs;
  const within = (us: number) => Math.min(most, Math.max(least, Math.round(us)));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = Math.max(1_000_000, (frame.toUs - frame.fromUs) * STEP_SHARE) * (event.shiftKey ? 10 : 1);
    const by = event.key === "ArrowRight" ? step : event.key === "ArrowLeft" ? -step : 0;
    if (by) onMove(within(at + by));
    else if (event.key === "Enter" || event.key === " ") onDone(at);
    else if (event.key === "Escape" && at !== border.us) onMove(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerDown = (down: PointerEvent<HTMLDivElement>) => {
    if (down.button !== 0) return;
    down.preventDefault();
    const element = down.currentTarget;
    element.focus();
    element.setPointerCapture(down.pointerId);
    let last = border.us;
    const move = (event: globalThis.PointerEvent) => {
      last = within(border.us + (event.clientX - down.clientX) * perPx);
      onMove(last);
    };
    const end = () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
      element.removeEventListener("pointercancel", end);
      onDone(last);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);
  };
  const name =
    border.end === "from"
      ? t("Beginning of segment {{number}}", { number: border.segment + 1 })
      : t("End of segment {{number}}", { number: border.segment + 1 });
  const when = timeText(at, 0, zone);
  const x = frame.left + ((at - frame.fromUs) / Math.max(1, frame.toUs - frame.fromUs)) * frame.width;
  return (
    <div
      role="slider"
      tabIndex={0}
      className={`border-handle ${at === border.us ? "" : "moved"} ${border.end}`}
      style={{ left: x, top: frame.top, height: frame.height }}
      aria-label={name}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={at}
      aria-valuetext={when}
      title={t("{{name}}: {{time}}. Drag it inwards, or use the arrow keys and Enter.", { name, time: when })}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onBlur={() => {
        if (at !== border.us) onMove(null);
      }}
    >
      {at === border.us ? null : <output className="border-time mono">{when}</output>}
    </div>
  );
}
