// A record whose true time is known from elsewhere: marked in Records, kept as a pair for its source's clock, and computed
// under Clock with the others. A pair is nothing but what its line says: recorded, reference, half-width, where it stands.
import { useState } from "react";
import { parseInstant } from "../../shared/filter/instant";
import { app, say, useApp } from "../frame/store";
import { Button, Dialog, TextField } from "../parts/parts";
import { digitsOf, timeParts } from "../signs/time-format";
import { t } from "../words/words";

const HEAD = "recorded,reference,uncertaintyUs,note";
/** Half-width of a time that was read off a clock to the second, in seconds. */
const READ_OFF = "1";

/** The pairs marked so far for a source, as the CSV that a calibration takes. */
export const markedPairs = (lines: readonly string[] | undefined): string =>
  lines?.length ? `${[HEAD, ...lines].join("\n")}\n` : "";

/** A record's time in the source's own clock, with the digits that it was written with. */
function recordedText(us: number, precisionUs: number | null): string {
  const { date, time, zone } = timeParts(us, digitsOf(precisionUs), "UTC");
  return `${date}T${time}${zone}`;
}

export function ReferenceEvent({
  source,
  line,
  timeUs,
  precisionUs,
}: {
  source: string;
  line: number;
  timeUs: number;
  precisionUs: number | null;
}) {
  const [asked, setAsked] = useState(false);
  const marked = useApp((s) => s.referencePairs[source]?.length ?? 0);
  return (
    <div className="row wrap">
      <Button onClick={() => setAsked(true)}>{t("Its true time is known")}</Button>
      {marked ? (
        <button type="button" className="link small" onClick={() => app.set({ screen: "clock" })}>
          {t("{{count}} pairs are marked; compute them under Clock", { count: marked })}
        </button>
      ) : null}
      {asked ? (
        <ReferenceDialog
          source={source}
          line={line}
          recorded={recordedText(timeUs, precisionUs)}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}

function ReferenceDialog({
  source,
  line,
  recorded,
  onClose,
}: {
  source: string;
  line: number;
  recorded: string;
  onClose: () => void;
}) {
  const [reference, setReference] = useState("");
  const [half, setHalf] = useState(READ_OFF);
  const seconds = Number(half.trim().replace(",", "."));
  const blocked = !parseInstant(reference.trim())
    ? t("It needs the true time with its offset, such as 2026-03-21T17:41:08Z.")
    : !(seconds >= 0 && seconds <= 86_400) || half.trim() === ""
      ? t("It needs how far the true time may be off, in seconds.")
      : null;
  const mark = (): void => {
    const pair = `${recorded},${reference.trim()},${Math.round(seconds * 1e6)},line ${line}`;
    const { referencePairs } = app.get();
    app.set({ referencePairs: { ...referencePairs, [source]: [...(referencePairs[source] ?? []), pair] } });
    onClose();
    say({
      kind: "good",
      text: t("Line {{line}} is marked as a pair. Nothing is computed yet.", { line }),
      action: { label: t("To the clock"), run: () => app.set({ screen: "clock", source }) },
    });
  };
  return (
    <Dialog
      title={t("Line {{line}} as a reference event", { line })}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" form="reference-event" blocked={blocked}>
            {t("Mark the pair")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          {blocked ? <span className="small muted">{blocked}</span> : null}
        </>
      }
    >
      <form
        id="reference-event"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!blocked) mark();
        }}
      >
        <p>
          {t("Recorded")}: <span className="mono">{recorded}</span>
        </p>
        <TextField label={t("True time, with its offset")} mono value={reference} onChange={setReference} />
        <TextField label={t("It may be off by, s")} mono value={half} onChange={setHalf} />
        <p className="small muted">
          {t(
            "From a speaking clock, a receipt, a call that you made yourself: something that does not rest on this log. A questioned event never calibrates its own clock.",
          )}
        </p>
      </form>
    </Dialog>
  );
}
