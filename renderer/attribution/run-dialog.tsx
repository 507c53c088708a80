// The question that is put: which events, against which operator's records.
import { useState } from "react";
import { app, useApp } from "../frame/store";
import { Button, Check, Dialog, Field, TextField } from "../parts/parts";
import { t } from "../words/words";

export interface RunQuestion {
  readonly events: string;
  readonly nat: readonly string[];
  readonly subscribers: string;
  readonly filter: string;
  readonly actor: string;
}

export function RunDialog({
  filter,
  onClose,
  onRun,
}: {
  filter: string;
  onClose: () => void;
  onRun: (question: RunQuestion) => void;
}) {
  const sources = useApp((s) => s.sources);
  const chosen = useApp((s) => s.source);
  const servers = sources.filter((one) => one.role === "server");
  const nats = sources.filter((one) => one.role === "nat");
  const subscribers = sources.filter((one) => one.role === "subscriber");
  const first = servers.find((one) => one.name === chosen) ?? servers[0];
  const [events, setEvents] = useState(first?.name ?? "");
  const [nat, setNat] = useState<readonly string[]>(nats.map((one) => one.name));
  const [radius, setRadius] = useState("");
  const [words, setWords] = useState(filter || (app.get().filter[first?.name ?? ""] ?? ""));
  const [actor, setActor] = useState("");
  const source = servers.find((one) => one.name === events);
  const blocked = !events
    ? t("Add the server's log first.")
    : nat.length === 0
      ? t("Choose the operator's records.")
      : null;
  return (
    <Dialog
      title={t("Attribute events")}
      onClose={onClose}
      foot={
        <>
          <Button
            kind="primary"
            blocked={blocked}
            onClick={() => {
              onClose();
              onRun({ events, nat, subscribers: radius, filter: words.trim(), actor: actor.trim() });
            }}
          >
            {t("Attribute")}
          </Button>
          <Button onClick={onClose}>{t("Cancel")}</Button>
          {blocked ? <span className="small muted">{blocked}</span> : null}
        </>
      }
    >
      <Field label={t("Events of")}>
        {(id) => (
          <select
            id={id}
            className="select"
            value={events}
            onChange={(event) => setEvents(event.target.value)}
          >
            {servers.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <fieldset className="plain-set">
        <legend className="small muted">{t("Against the NAT records")}</legend>
        {nats.map((one) => (
          <Check
            key={one.name}
            label={one.name}
            checked={nat.includes(one.name)}
            onChange={(on) => setNat(on ? [...nat, one.name] : nat.filter((name) => name !== one.name))}
          />
        ))}
        {nats.length === 0 ? <p className="muted">{t("There are none yet.")}</p> : null}
      </fieldset>
      {subscribers.length ? (
        <Field label={t("Subscriber records")}>
          {(id) => (
            <select
              id={id}
              className="select"
              value={radius}
              onChange={(event) => setRadius(event.target.value)}
            >
              <option value="">{t("none")}</option>
              {subscribers.map((one) => (
                <option key={one.name} value={one.name}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : null}
      <TextField
        label={t("Only events that match")}
        mono
        placeholder={t("all of them")}
        value={words}
        onChange={setWords}
        note={t("The filter language of Records. Questioned events never calibrate their own clock.")}
      />
      <TextField
        label={t("Actor's field")}
        mono
        placeholder={t("none; or a cookie, an account, a connection")}
        value={actor}
        onChange={setActor}
        note={t(
          "A field of the records (FIELD:NAME for one cookie). Events that share its value are intersected, apart from their own verdicts.",
        )}
      />
      {source && !source.clock ? (
        <div className="notice">
          <span>
            {t(
              "{{name}} has no accepted calibration: its events will be out-of-range until its clock is compared.",
              { name: source.name },
            )}
          </span>
        </div>
      ) : null}
    </Dialog>
  );
}
