// The case's sources, each with one line of clock state: its offset and 95 % half-width, or what is missing.
import type { ReactNode } from "react";
import { Key } from "../parts/parts";
import { Resizer } from "../parts/resizer";
import { ROLE_WORDS, RoleSign, WarnSign } from "../signs/icons";
import { whole } from "../signs/numbers";
import { halfWidth, offsetWords } from "../signs/time-format";
import { t } from "../words/words";
import { SideSlot } from "./side-slot";
import { app, type Source, useApp } from "./store";

export function clockState(source: Source, sources: readonly Source[]): ReactNode {
  if (!source.present)
    return (
      <span className="danger">
        <WarnSign size={12} /> {t("evidence not where it was")}
      </span>
    );
  if (source.clock)
    return (
      <>
        <span className="clock strong">{offsetWords(source.clock.offsetUs)}</span>{" "}
        {halfWidth(source.clock.uncertaintyUs)}
        {source.clock.segments > 1 ? `, ${t("{{count}} segments", { count: source.clock.segments })}` : ""}
      </>
    );
  const leans = sources.some((one) => one.clock?.against === source.name);
  if (source.role === "server")
    return (
      <span className="mark">
        <WarnSign size={12} /> {t("clock not calibrated")}
      </span>
    );
  if (leans) return t("reference");
  return t(ROLE_WORDS[source.role]);
}

/** On the records screen a source takes the place of several on one axis; elsewhere the axis stays for the way back. */
const choose = (source: string): void => {
  const { screen, axis } = app.get();
  app.set({ source, axis: screen === "records" ? null : axis });
};

export function SideBar() {
  const sources = useApp((s) => s.sources);
  const chosen = useApp((s) => s.source);
  const folded = useApp((s) => s.prefs.folded);
  const width = useApp((s) => s.prefs.side);
  return (
    <nav
      className={`side ${folded ? "folded" : ""}`}
      style={{ width: folded ? 44 : width }}
      aria-label={t("Sources")}
      data-pane="side"
    >
      <div className="side-head">
        <span>{t("Sources")}</span>
        <button
          type="button"
          className="link"
          aria-label={folded ? t("» Show the side bar") : t("Ctrl B, fold the side bar")}
          title={t("Fold or show (Ctrl B)")}
          onClick={() => app.prefer({ folded: !folded })}
        >
          <Key keys={folded ? "»" : "Ctrl B"} />
        </button>
      </div>
      <div className="side-list">
        {sources.length === 0 && !folded ? (
          <p className="muted small" style={{ padding: "4px 14px" }}>
            {t("None yet. Add the server's log first.")}
          </p>
        ) : null}
        {sources.map((source) => (
          <button
            key={source.name}
            type="button"
            className="source"
            aria-current={source.name === chosen}
            title={`${source.name}, ${t(ROLE_WORDS[source.role])}, ${t("{{count}} records", { count: source.rows })}`}
            onClick={() => choose(source.name)}
          >
            <RoleSign of={source.role} />
            <span className="name">{source.name}</span>
            <span className="rows">{whole(source.rows)}</span>
            <span className="state">{clockState(source, sources)}</span>
          </button>
        ))}
      </div>
      {folded ? null : <SideSlot />}
      {folded ? null : (
        <Resizer
          label={t("Width of the side bar")}
          value={width}
          least={160}
          most={360}
          side="right"
          onChange={(side) => app.prefer({ side })}
        />
      )}
    </nav>
  );
}
