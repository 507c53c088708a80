// What a clock is asked and told beside the plot: pairs and statistics typed in, an offset declared, a refusal explained.
import { useState } from "react";
import type { Segment } from "../../shared/clock/calibration";
import type { Reply } from "../../shared/contract/contract";
import { app, useZone } from "../frame/store";
import { Button, Dialog, Field, TextField } from "../parts/parts";
import { timeText } from "../signs/time-format";
import { t } from "../words/words";
import type { MovedBorder } from "./border-handles";

type Calibration = Reply<"clock.calibrate">;

export function Refusal({ calibration, onPairs }: { calibration: Calibration; onPairs: () => void }) {
  return (
    <div className="empty" role="status">
      <h1>{t("No calibration for {{source}}.", { source: calibration.source })}</h1>
      <p>{calibration.reason ?? calibration.statement}</p>
      <p>
        {t(
          "The clocks may be right; this cannot show it. Add pairs that you know, or a NAT log of the same hours.",
        )}
      </p>
      <div className="row">
        <Button onClick={onPairs}>{t("Add pairs")}</Button>
        <Button onClick={() => app.set({ screen: "evidence" })}>{t("Add file")}</Button>
      </div>
    </div>
  );
}

export function CsvDialog({
  title,
  label,
  placeholder,
  note,
  initial = "",
  onClose,
  onDone,
}: {
  title: string;
  label: string;
  placeholder: string;
  note: string;
  initial?: string;
  onClose: () => void;
  onDone: (text: string) => void;
}) {
  const [text, setText] = useState(initial);
  const blocked = text.trim() ? null : t("Nothing is typed yet.");
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button
            kind="primary"
            blocked={blocked}
            onClick={() => {
              onClose();
              onDone(text);
            }}
          >
            {t("Compute")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
        </>
      }
    >
      <Field label={label} note={note}>
        {(id) => (
          <textarea
            id={id}
            className="input mono"
            rows={9}
            spellCheck={false}
            placeholder={placeholder}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}

/** Why a border was moved, before the moved border is shown as a preview. */
export function BorderDialog({
  id,
  border,
  segment,
  onClose,
  onDone,
}: {
  id: string;
  border: MovedBorder;
  segment: Segment;
  onClose: () => void;
  onDone: (fromUs: number, toUs: number, reason: string) => void;
}) {
  const zone = useZone();
  const [reason, setReason] = useState("");
  const fromUs = border.end === "from" ? border.us : segment.fromUs;
  const toUs = border.end === "to" ? border.us : segment.toUs;
  const blocked = reason.trim() ? null : t("It needs the reason; it stands in the report.");
  return (
    <Dialog
      title={t("Move a border of {{id}}", { id })}
      onClose={onClose}
      foot={
        <>
          <Button
            kind="primary"
            blocked={blocked}
            onClick={() => {
              onClose();
              onDone(fromUs, toUs, reason.trim());
            }}
          >
            {t("Preview it")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          {blocked ? <span className="small muted">{blocked}</span> : null}
        </>
      }
    >
      <p>
        {t("Segment {{number}} will be trusted only from {{from}} to {{to}}.", {
          number: border.segment + 1,
          from: timeText(fromUs, 0, zone),
          to: timeText(toUs, 0, zone),
        })}
      </p>
      <TextField label={t("Reason")} value={reason} onChange={setReason} />
      <p className="small muted">
        {t(
          "Between two borders either side may hold, so that events there get wider intervals. A border cannot be moved outwards: beyond it no record shows the clock. Add pairs that you know instead.",
        )}
      </p>
    </Dialog>
  );
}

export function DeclareDialog({
  onClose,
  onDone,
}: {
  onClose: () => void;
  onDone: (declare: string, reason: string) => void;
}) {
  const [offset, setOffset] = useState("");
  const [reason, setReason] = useState("");
  const blocked = !offset.trim()
    ? t("It needs the offset.")
    : !reason.trim()
      ? t("It needs the reason; it stands in the report.")
      : null;
  return (
    <Dialog
      title={t("Declare an offset")}
      onClose={onClose}
      foot={
        <>
          <Button
            kind="primary"
            blocked={blocked}
            onClick={() => {
              onClose();
              onDone(offset.trim(), reason.trim());
            }}
          >
            {t("Preview it")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          {blocked ? <span className="small muted">{blocked}</span> : null}
        </>
      }
    >
      <TextField
        label={t("Offset and its half-width")}
        mono
        placeholder={"+37.42 s +/- 0.3 s"}
        value={offset}
        onChange={setOffset}
      />
      <TextField label={t("Reason")} value={reason} onChange={setReason} />
      <p className="small muted">
        {t(
          "Positive: the source is fast. Outside the interval that the records show, nothing is ever unique with it.",
        )}
      </p>
    </Dialog>
  );
}
