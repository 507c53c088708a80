// What stands in a counts line while an answer is on its way: how far it is once that is known, and how to give it up.
import type { Progress } from "../../shared/contract/messages";
import { Doing } from "../words/said";
import { t } from "../words/words";

export function Waiting({
  view: { loading, progress },
  onCancel,
}: {
  view: { readonly loading: boolean; readonly progress: Progress | null };
  onCancel: () => void;
}) {
  if (!loading) return null;
  return (
    <span className="row">
      <span>{progress ? <Doing progress={progress} /> : t("asking…")}</span>
      <button type="button" className="link" onClick={onCancel}>
        {t("Cancel")}
      </button>
    </span>
  );
}
