// The border of a pane: dragged, or moved by the arrow keys in steps of 16 px (WCAG 2.5.7).
import { type PointerEvent, useRef } from "react";

export function Resizer({
  label,
  value,
  least,
  most,
  side,
  onChange,
}: {
  label: string;
  value: number;
  least: number;
  most: number;
  /** Which edge of its pane it stands on. */
  side: "left" | "right";
  onChange: (value: number) => void;
}) {
  const from = useRef<{ x: number; value: number } | null>(null);
  const clamp = (n: number) => Math.min(most, Math.max(least, Math.round(n)));
  const sign = side === "right" ? 1 : -1;
  const move = (event: PointerEvent) => {
    if (from.current) onChange(clamp(from.current.value + sign * (event.clientX - from.current.x)));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator is a slider-like widget that has no element of its own
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className="resizer"
      style={side === "right" ? { right: -5 } : { left: -5 }}
      onPointerDown={(event) => {
        from.current = { x: event.clientX, value };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 16 : event.key === "ArrowLeft" ? -16 : 0;
        if (!step) return;
        event.preventDefault();
        onChange(clamp(value + sign * step));
      }}
    />
  );
}
