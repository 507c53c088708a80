// Which sources stand on the axis, and whose clock it is.
import { useState } from "react";
import { type Axis, type Source, useApp } from "../frame/store";
import { Button, Check, Dialog, Select } from "../parts/parts";
import { ROLE_WORDS } from "../signs/icons";
import { t } from "../words/words";

const MOST = 12;
const AUTOMATIC = "";
const TRUE_TIME = "true-time";

export function AxisDialog({
  axis,
  onChange,
  onClose,
}: {
  axis: Axis;
  onChange: (axis: Axis) => void;
  onClose: () => void;
}) {
  const sources = useApp((s) => s.sources);
  const [chosen, setChosen] = useState<readonly string[]>(axis.sources);
  const [clock, setClock] = useState(
    axis.clock === undefined ? AUTOMATIC : axis.clock === null ? TRUE_TIME : `of ${axis.clock}`,
  );
  const blocked =
    chosen.length < 2
      ? t("Choose two sources or more.")
      : chosen.length > MOST
        ? t("An axis holds at most {{most}} sources.", { most: MOST })
        : null;
  const apply = () => {
    if (blocked) return;
    const { clock: _, ...rest } = axis;
    onChange({
      ...rest,
      sources: chosen,
      ...(clock === AUTOMATIC ? {} : { clock: clock === TRUE_TIME ? null : clock.slice(3) }),
    });
    onClose();
  };
  const toggle = ({ name }: Source, on: boolean) =>
    // In the case's order, so that ties of time do not depend on the order of clicks.
    setChosen(sources.map((one) => one.name).filter((one) => (one === name ? on : chosen.includes(one))));
  return (
    <Dialog
      title={t("Several sources on one time axis")}
      onClose={onClose}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={apply}>
            {t("Show them")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          apply();
        }}
      >
        <fieldset className="axis-choice">
          <legend>{t("Sources")}</legend>
          {sources.map((source) => (
            <Check
              key={source.name}
              label={`${source.name} (${t(ROLE_WORDS[source.role])}, ${t("{{count}} records", { count: source.rows })})`}
              checked={chosen.includes(source.name)}
              onChange={(on) => toggle(source, on)}
            />
          ))}
        </fieldset>
        <Select
          label={t("The axis is")}
          value={clock}
          options={[
            { value: AUTOMATIC, label: t("the clock that most of them were compared with") },
            { value: TRUE_TIME, label: t("true time") },
            ...sources.map(({ name }) => ({
              value: `of ${name}`,
              label: t("the clock of {{name}}", { name }),
            })),
          ]}
          onChange={setClock}
        />
        <p className="small muted">
          {t(
            "A record stands at its corrected time where a calibration leads to this clock, else at its recorded time, and says so. Recorded times stay beside them.",
          )}
        </p>
      </form>
    </Dialog>
  );
}
