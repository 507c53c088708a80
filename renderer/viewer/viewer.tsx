// The exhibit as a stranger meets it: first what was asked and answered, the signs, and how to check this file; then the
// results with their candidates. It reads only what it carries.
import { useEffect, useState } from "react";
import { VERDICTS } from "../../shared/contract/attribution";
import { BrandSign, VerdictWord } from "../signs/icons";
import { shareText, whole } from "../signs/numbers";
import {
  type Kept,
  LANGUAGES,
  type Language,
  Rich,
  setLanguage,
  systemLanguage,
  t,
  text,
} from "../words/words";
import { Check } from "./check-panel";
import { Exhibit } from "./data";
import { MEANS } from "./means";
import { packedPart, readPart } from "./parts";
import { Results } from "./results";
import { openRecords, startEngine } from "./wasm-database";

export interface Opened {
  readonly exhibit: Exhibit;
  /** Of the records that this page carries. */
  readonly recordsSha256: Promise<string>;
}

type Tab = "summary" | "results" | "check";
const TABS: readonly { readonly id: Tab; readonly title: Kept }[] = [
  { id: "summary", title: text("What was found") },
  { id: "results", title: text("Events") },
  { id: "check", title: text("Check this file") },
];

async function open(say: (text: string) => void): Promise<Opened> {
  say(t("Unpacking the database engine"));
  const workerSource = new TextDecoder().decode(await readPart("worker"));
  // The engine compiles its bytes while those of the records are still being unpacked.
  const starting = startEngine(workerSource, packedPart("wasm"));
  starting.catch(() => {});
  say(t("Unpacking the records"));
  const file = await readPart("records");
  // Takes a copy of the bytes before they are the engine's.
  const recordsSha256 = crypto.subtle
    .digest("SHA-256", file as BufferSource)
    .then((digest) => [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join(""));
  const engine = await starting;
  say(t("Opening the records"));
  return { exhibit: await Exhibit.open(await openRecords(engine, file)), recordsSha256 };
}

export function Viewer() {
  // The reader's own language: the exhibit's bytes are the same for every reader.
  const [language, setShown] = useState<Language>(() => systemLanguage(navigator.languages));
  setLanguage(language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [state, setState] = useState(() => t("Opening"));
  const [failed, setFailed] = useState<string | null>(null);
  const [tab, setTab] = useState<Tab>("summary");

  useEffect(() => {
    open(setState).then(setOpened, (error: unknown) =>
      setFailed(error instanceof Error ? error.message : String(error)),
    );
  }, []);

  if (failed !== null) {
    return (
      <main className="viewer-plain" role="alert">
        <h1>{t("This exhibit could not be opened")}</h1>
        <p>{failed}</p>
        <p>{t("The same figures stand in report.pdf and attribution.csv beside this file.")}</p>
      </main>
    );
  }
  if (!opened) {
    return (
      <main className="viewer-plain" aria-busy="true">
        <p role="status">{state}</p>
      </main>
    );
  }
  const { exhibit } = opened;
  return (
    <div className="viewer">
      <header className="viewer-top">
        <span className="viewer-brand">
          <BrandSign /> <b>Portwitness</b> <span className="muted">{t("exhibit")}</span>
        </span>
        <nav aria-label={t("Parts of the exhibit")}>
          {TABS.map((one) => (
            <button
              key={one.id}
              className="viewer-tab"
              type="button"
              aria-current={tab === one.id ? "page" : undefined}
              onClick={() => setTab(one.id)}
            >
              {t(one.title)}
            </button>
          ))}
        </nav>
        <select
          className="select language"
          aria-label={t("Language")}
          value={language}
          onChange={(event) => setShown(event.target.value as Language)}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </header>
      {tab === "summary" ? <Summary exhibit={exhibit} onResults={() => setTab("results")} /> : null}
      {tab === "results" ? <Results key={language} exhibit={exhibit} /> : null}
      {tab === "check" ? <Check opened={opened} /> : null}
      <footer className="viewer-foot floor muted">
        <span>{exhibit.meta.get("title") ?? ""}</span>
        <span>{t("State of {{date}}", { date: exhibit.meta.get("date") ?? t("unknown") })}</span>
        <span>{t("All times end in Z (UTC)")}</span>
      </footer>
    </div>
  );
}

function Summary({ exhibit, onResults }: { exhibit: Exhibit; onResults: () => void }) {
  return (
    <main className="viewer-summary">
      <article>
        <h1>{exhibit.meta.get("title") ?? t("Exhibit")}</h1>
        <aside className="viewer-box">
          <h2>{t("What a result names, and what it does not")}</h2>
          <p>
            {t(
              "A result names a subscriber line: the connection that an operator's records show behind a shared public address, on a source port, at a moment. It does not name a person, and it does not name a device.",
            )}
          </p>
        </aside>
        <h2>{t("The question")}</h2>
        <p>
          {t(
            "Which subscriber line was behind the shared public address and source port of each of {{count}} events, at the moment when it took place?",
            { count: exhibit.total },
          )}
        </p>
        <h2>{t("The answers, counted from the records in this file")}</h2>
        {exhibit.runs.map((run) => (
          <table key={run.run} className="viewer-table">
            <caption>
              {t("{{source}}, attribution of act {{run}}: {{count}} events", {
                source: run.source,
                run: run.run,
                count: run.total,
              })}
            </caption>
            <thead>
              <tr>
                <th scope="col">{t("Verdict")}</th>
                <th scope="col" className="right">
                  {t("Events")}
                </th>
                <th scope="col" className="right">
                  {t("Share")}
                </th>
                <th scope="col">{t("What it means")}</th>
              </tr>
            </thead>
            <tbody>
              {VERDICTS.map((verdict) => (
                <tr key={verdict}>
                  <th scope="row">
                    <VerdictWord verdict={verdict} />
                  </th>
                  <td className="right">{whole(run.counts[verdict])}</td>
                  <td className="right muted">{shareText(run.counts[verdict], run.total)}</td>
                  <td>{t(MEANS[verdict])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
        <p>
          <button type="button" className="viewer-button" onClick={onResults}>
            {t("See every event")}
          </button>
        </p>
        <h2>{t("How to read it")}</h2>
        <ul>
          <li>
            {t(
              "An event is an interval, not an instant. The precision of its log, the uncertainty of its clock and the precision of the operator's records all widen it.",
            )}
          </li>
          <li>
            <Rich
              text="Recorded times are as the log wrote them. What a calibration adds stands beside them in <clock>violet</clock>, in the operator's clock."
              tags={{ clock: (words) => <span className="clock strong">{words}</span> }}
            />
          </li>
          <li>
            {t(
              "“Flips at” is the smallest change of the clock's offset that would change the answer. The nearest record is never taken for the right one.",
            )}
          </li>
          <li>
            {t(
              "Parties that are not an answer stand under pseudonyms (Party A, Party B), the same in every exhibit of the case.",
            )}
          </li>
        </ul>
      </article>
    </main>
  );
}
