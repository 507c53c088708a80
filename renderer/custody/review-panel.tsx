// A second examiner's word on the chosen act: agreement or dissent, with its reason, signed with their own key.
import { useState } from "react";
import type { Reply } from "../../shared/contract/contract";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { afterAct } from "../frame/case-actions";
import { say, sayError } from "../frame/store";
import { Button, Panel, TextField } from "../parts/parts";
import { t } from "../words/words";

type Act = Reply<"custody.ledger">["acts"][number];

export function ReviewPanel({ path, act }: { path: string; act: Act }) {
  const [examiner, setExaminer] = useState("");
  const [reason, setReason] = useState("");
  const blocked = !examiner.trim()
    ? t("Name the reviewing examiner.")
    : examiner.trim() === act.examiner
      ? t("A review is another examiner's than the author's.")
      : !reason.trim()
        ? t("Say what was checked, or what is wrong.")
        : null;
  const review = async (opinion: "agree" | "dissent") => {
    try {
      const done = await link.request("custody.review", {
        case: path,
        act: act.seq,
        opinion,
        reason: reason.trim(),
        examiner: examiner.trim(),
      });
      setReason("");
      await afterAct();
      say({ kind: "good", text: t("The review is act {{seq}}.", { seq: done.seq }) });
    } catch (thrown) {
      sayError(asProductError(thrown));
    }
  };
  return (
    <Panel title={t("Review by a second examiner")}>
      <TextField label={t("Reviewing examiner")} value={examiner} onChange={setExaminer} />
      <TextField
        label={t("Reason")}
        value={reason}
        onChange={setReason}
        note={t("It stands in the exhibit's texts; the ledger holds its hash.")}
      />
      <div className="row">
        <Button blocked={blocked} onClick={() => void review("agree")}>
          {t("Agree")}
        </Button>
        <Button blocked={blocked} onClick={() => void review("dissent")}>
          {t("Dissent")}
        </Button>
      </div>
    </Panel>
  );
}
