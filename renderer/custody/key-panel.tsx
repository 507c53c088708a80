// The examiner's key: where it stands, into safe-keeping, a new one in its place, and its end. Each is an act of this case.
import { useState } from "react";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { choosePaths } from "../frame/file-browser";
import { say } from "../frame/store";
import { Button, Check, Facts, Fault, Field, Panel } from "../parts/parts";
import { groups } from "../signs/numbers";
import { Evidence } from "../signs/text";
import { t } from "../words/words";

export function KeyPanel({ path, fingerprint }: { path: string; fingerprint: string }) {
  const [turn, setTurn] = useState(0);
  const [passphrase, setPassphrase] = useState("");
  const [sure, setSure] = useState(false);
  const [error, setError] = useState<ProductError | null>(null);
  const keys = useRequest("key.show", {}, `${fingerprint}/${turn}`);
  const key = keys.data?.find((one) => one.fingerprint === fingerprint);
  if (!key) return null;
  const cases = [path];
  const { examiner } = key;
  const act = async (work: () => Promise<string | null>) => {
    setError(null);
    try {
      const told = await work();
      if (told === null) return;
      setPassphrase("");
      setSure(false);
      await afterAct();
      setTurn((n) => n + 1);
      say({ kind: "good", text: told });
    } catch (thrown) {
      setError(asProductError(thrown));
    }
  };
  const backup = () =>
    act(async () => {
      const [out] = await choosePaths("save", t("Where to write the key's backup"));
      if (!out) return null;
      const done = await link.request("key.backup", { examiner, out, passphrase, cases });
      return t("The key is kept in {{out}}, encrypted.", { out: done.path });
    });
  const rotate = () =>
    act(async () => {
      const done = await link.request("key.rotate", {
        examiner,
        cases,
        ...(passphrase ? { passphrase } : {}),
      });
      return t("The new key is {{digits}}.", { digits: groups(done.fingerprint) });
    });
  const revoke = () =>
    act(async () => {
      await link.request("key.revoke", { examiner, cases });
      return t("The key signs no more.");
    });
  const unsure = sure ? null : t("Say first that it is meant.");
  return (
    <Panel title={t("The examiner's key")}>
      <div className="stack" style={{ gap: 8 }}>
        <Facts
          rows={[
            [t("Examiner"), <Evidence key="e" text={examiner} />],
            [t("Kept"), key.encrypted ? t("encrypted under a passphrase") : t("not encrypted")],
          ]}
        />
        <Field label={t("Passphrase of the backup, or of the new key")}>
          {(id) => (
            <input
              id={id}
              className="input"
              type="password"
              autoComplete="new-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
            />
          )}
        </Field>
        <Button blocked={passphrase ? null : t("A backup needs a passphrase.")} onClick={() => void backup()}>
          {t("Back up the key")}
        </Button>
        <Check
          label={t("End this key: what it signs afterwards does not hold")}
          checked={sure}
          onChange={setSure}
        />
        <div className="row wrap">
          <Button blocked={unsure} onClick={() => void rotate()}>
            {t("Put a new key in its place")}
          </Button>
          <Button blocked={unsure} onClick={() => void revoke()}>
            {t("Revoke the key")}
          </Button>
        </div>
        {error ? <Fault error={error} /> : null}
      </div>
    </Panel>
  );
}
