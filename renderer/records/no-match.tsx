// A filter that keeps nothing.
import { Button } from "../parts/parts";
import { Rich, t } from "../words/words";

export function NoMatch({
  filter,
  all,
  onEdit,
  onFilter,
}: {
  filter: string;
  all: number;
  onEdit: () => void;
  onFilter: (filter: string) => void;
}) {
  return (
    <div className="empty">
      <h1>{t("No record matches.")}</h1>
      <p>
        <Rich
          text="{{count}} records, {{filter}} keeps none."
          values={{ count: all, filter: <span className="mono">{filter}</span> }}
        />
      </p>
      <div className="row">
        <Button onClick={onEdit}>{t("Edit filter")}</Button>
        <Button onClick={() => onFilter("")}>{t("Clear")}</Button>
      </div>
    </div>
  );
}
