// What the check of an exhibit found, brought into sight where it appears below the fold.
import { useEffect, useRef } from "react";
import type { Reply } from "../../shared/contract/contract";
import { CheckSign, WarnSign } from "../signs/icons";
import { groups } from "../signs/numbers";
import { t } from "../words/words";

export function Outcome({
  done,
  report,
}: {
  done: Reply<"exhibit.export"> | null;
  report: Reply<"custody.verify">;
}) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new report is shown
  useEffect(() => box.current?.scrollIntoView({ block: "nearest" }), [report]);
  if (!report.ok)
    return (
      <div ref={box} className="notice bad" role="alert" data-testid="outcome">
        <WarnSign />
        <div className="stack" style={{ gap: 2 }}>
          <b>{t("The exhibit does not verify.")}</b>
          {report.problems.slice(0, 20).map((problem) => (
            <span key={problem.where + problem.message}>
              {problem.where}: {problem.message}
            </span>
          ))}
        </div>
      </div>
    );
  return (
    <div ref={box} className="notice ok" role="status" data-testid="outcome">
      <span className="good">
        <CheckSign />
      </span>
      <div className="stack" style={{ gap: 2 }}>
        {done ? <span className="mono">{done.path}</span> : null}
        <b className="strong good">{t("verified")}</b>
        <span className="small muted">
          {report.signerChecked
            ? t("Signed by the key that was named.")
            : t("Consistent; signer not established without a fingerprint from another way.")}
        </span>
        {report.keyFingerprint ? (
          <span className="small mono">{t("key {{digits}}", { digits: groups(report.keyFingerprint) })}</span>
        ) : null}
      </div>
    </div>
  );
}
