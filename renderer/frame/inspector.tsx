// The right pane, always about the selected thing. Its width is remembered for each screen.
import type { ReactNode } from "react";
import { Resizer } from "../parts/resizer";
import { t } from "../words/words";
import { app, useApp } from "./store";

const WIDTH = 344;

export function Inspector({ label, children }: { label: string; children: ReactNode }) {
  const shown = useApp((s) => s.prefs.inspector);
  const screen = useApp((s) => s.screen);
  const width = useApp((s) => s.prefs.inspectorWidths[s.screen] ?? WIDTH);
  if (!shown) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a pane that scrolls must be reachable by keyboard
    <aside className="inspector" style={{ width }} aria-label={label} data-pane="inspector" tabIndex={0}>
      {children}
      <Resizer
        label={t("Width of the inspector")}
        value={width}
        least={280}
        most={560}
        side="left"
        onChange={(value) =>
          app.prefer({ inspectorWidths: { ...app.get().prefs.inspectorWidths, [screen]: value } })
        }
      />
    </aside>
  );
}
