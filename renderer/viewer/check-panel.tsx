// "Check this file": the reader drops the bag's folder, and the page runs the exhibit's check over it and over the records
// that it carries itself. What it cannot vouch for, its own code, it says.
import { useEffect, useRef, useState } from "react";
import { CheckSign, WarnSign } from "../signs/icons";
import { groups, whole } from "../signs/numbers";
import { Rich, t } from "../words/words";
import { checkFolder, type Finding, type FolderFile, filesOf, filesOfDrop } from "./check";
import type { Opened } from "./viewer";

export function Check({ opened }: { opened: Opened }) {
  const [findings, setFindings] = useState<readonly Finding[] | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const [key, setKey] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const [own, setOwn] = useState("");
  useEffect(() => {
    void opened.recordsSha256.then(setOwn);
  }, [opened]);

  const run = async (files: readonly FolderFile[]) => {
    setFindings(null);
    setBusy(`Checking ${whole(files.length)} files`);
    try {
      setFindings(
        await checkFolder(
          files,
          { recordsSha256: await opened.recordsSha256, key: key.trim() || null },
          setBusy,
        ),
      );
    } catch (error) {
      setFindings([
        { ok: false, where: t("the folder"), text: error instanceof Error ? error.message : String(error) },
      ]);
    } finally {
      setBusy(null);
    }
  };
  const bad = findings?.filter((f) => !f.ok) ?? [];
  return (
    <main className="viewer-check">
      <article>
        <h1>{t("Check this file")}</h1>
        <p>
          <Rich
            text="The records in this page have the SHA-256 {{hash}}. Drop the exhibit's folder here: the page compares every file with the manifest, walks the ledger's chain, and checks the signatures of checkpoint and seal."
            values={{ hash: <span className="mono">{groups(own)}</span> }}
          />
        </p>
        <p>
          <Rich
            text="A page cannot vouch for itself. Its own SHA-256, and that of {{verifier}}, stand in the statement that travelled by another way; compare them there."
            values={{ verifier: <span className="mono">verify.mjs</span> }}
          />
        </p>
        <p>
          <label>
            {t(
              "Fingerprint of the signer's key, from the statement (without it the check says “consistent; signer not established”)",
            )}
            <br />
            <input
              className="mono viewer-key"
              size={66}
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          </label>
        </p>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
        <div
          className={over ? "viewer-drop over" : "viewer-drop"}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            void filesOfDrop(event.dataTransfer).then(run);
          }}
        >
          <span>{t("Drop the exhibit's folder here, or")}</span>
          <button type="button" className="viewer-button" onClick={() => input.current?.click()}>
            {t("Choose the folder")}
          </button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label={t("The exhibit's folder")}
            {...{ webkitdirectory: "" }}
            onChange={(event) => event.target.files && void run(filesOf(event.target.files))}
          />
        </div>
        <div role="status">{busy ? <p>{busy}</p> : null}</div>
        {findings ? (
          <section aria-live="polite">
            <h2>
              {bad.length === 0
                ? t("Everything holds")
                : `${whole(bad.length)} ${bad.length === 1 ? "finding" : "findings"}`}
            </h2>
            <ul className="viewer-findings">
              {findings.map((f) => (
                <li key={`${f.where}${f.text}`} className={f.ok ? "" : "bad"}>
                  <span className={f.ok ? "good" : "bad"}>{f.ok ? <CheckSign /> : <WarnSign />}</span>{" "}
                  <span className="mono">{f.where}</span> {f.text}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </article>
    </main>
  );
}
