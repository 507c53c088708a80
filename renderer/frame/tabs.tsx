// The seven screens, the palette's button and help.
import type { KeyboardEvent } from "react";
import { Key } from "../parts/parts";
import { BrandSign, DarkSign, HelpSign, SearchSign } from "../signs/icons";
import { LANGUAGES, type Language, t } from "../words/words";
import { app, SCREEN_TITLES, SCREENS, type Screen, useApp } from "./store";

export function Tabs() {
  const screen = useApp((s) => s.screen);
  const hasCase = useApp((s) => s.caseInfo !== null);
  const questions = useApp((s) => s.questions);
  const go = (to: Screen) => app.set({ screen: to });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = SCREENS[(SCREENS.indexOf(screen) + step + SCREENS.length) % SCREENS.length];
    if (!next) return;
    go(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <header className="top" data-pane="tabs">
      <div className="brand">
        <span className="sign" style={{ display: "grid" }}>
          <BrandSign />
        </span>
        <h1>Portwitness</h1>
      </div>
      {hasCase ? (
        <>
          <div className="tabs" role="tablist" aria-label={t("Screens")}>
            {SCREENS.map((one, i) => (
              <button
                key={one}
                type="button"
                role="tab"
                id={`tab-${one}`}
                aria-selected={one === screen}
                aria-controls={one === screen ? "screen" : undefined}
                tabIndex={one === screen ? 0 : -1}
                title={`${t(SCREEN_TITLES[one])} (Alt ${i + 1})`}
                onClick={() => go(one)}
                onKeyDown={onKeyDown}
              >
                <span className="n">{i + 1}</span>
                {t(SCREEN_TITLES[one])}
                {one === "evidence" && questions > 0 ? (
                  <span className="count" title={t("{{count}} open questions", { count: questions })}>
                    {questions}
                  </span>
                ) : null}
              </button>
            ))}
          </div>
          <select
            className="select tab-menu"
            aria-label={t("Screen")}
            value={screen}
            onChange={(event) => go(event.target.value as Screen)}
          >
            {SCREENS.map((one, i) => (
              <option key={one} value={one}>
                {i + 1} {t(SCREEN_TITLES[one])}
              </option>
            ))}
          </select>
        </>
      ) : null}
      <span className="grow" />
      <button
        type="button"
        className="goto"
        aria-label={`${t("Go to or do")}, Ctrl K`}
        onClick={() => app.set({ dialog: { kind: "palette" } })}
      >
        <SearchSign />
        <span>{t("Go to or do…")}</span>
        <Key keys="Ctrl K" />
      </button>
      <span style={{ display: "flex", alignItems: "center", marginLeft: 8 }}>
        <LanguageSwitch />
        <button
          type="button"
          className="icon-button"
          aria-label={t("Switch between dark and light")}
          title={t("Switch between dark and light")}
          onClick={() =>
            app.prefer({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" })
          }
        >
          <DarkSign />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={t("Help for this screen")}
          title={t("Help for this screen (F1)")}
          onClick={() => app.set({ dialog: { kind: "help" } })}
        >
          <HelpSign />
        </button>
      </span>
    </header>
  );
}

/** Names every language in itself, so that whoever landed in a foreign one finds the way out. */
function LanguageSwitch() {
  const language = useApp((s) => s.prefs.language);
  return (
    <select
      className="select language"
      aria-label={t("Language")}
      title={t("Language")}
      value={language}
      onChange={(event) => app.prefer({ language: event.target.value as Language })}
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
