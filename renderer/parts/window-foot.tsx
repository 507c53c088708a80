// The foot of a long table: which of its windows is shown, and the way to the next.
import { t } from "../words/words";
import { windowOf, windowSpan } from "./windows";

export function WindowFoot({
  window: at,
  rows,
  cross,
}: {
  window: number;
  rows: number;
  cross: (step: 1 | -1, focus: boolean) => boolean;
}) {
  const span = windowSpan(at, rows);
  const last = windowOf(rows - 1);
  return (
    <div className="window-foot">
      <button
        type="button"
        className="link"
        aria-disabled={at === 0}
        title={t("Previous window ([)")}
        onClick={() => cross(-1, true)}
      >
        {t("Previous window")}
      </button>
      <span className="muted">
        {t("Window {{window}} of {{windows}}, rows {{from}} to {{to}}", {
          window: at + 1,
          windows: last + 1,
          from: span.from + 1,
          to: span.to,
        })}
      </span>
      <button
        type="button"
        className="link"
        aria-disabled={at === last}
        title={t("Next window (])")}
        onClick={() => cross(1, true)}
      >
        {at === last ? t("The last window") : t("Row {{row}}. Next window", { row: span.to })}
      </button>
    </div>
  );
}
