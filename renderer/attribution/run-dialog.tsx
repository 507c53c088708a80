// The question that is put: which events, against which operator's records.
import { useState } from "react";
import { app, useApp } from "../frame/store";
import { Button, Check, Dialog, Field, TextField } from "../parts/parts";

export interface RunQuestion {
  readonly events: string;
  readonly nat: readonly string[];
  readonly subscribers: string;
  readonly filter: string;
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
  const source = servers.find((one) => one.name === events);
  const blocked = !events
    ? "Add the server's log first."
    : nat.length === 0
      ? "Choose the operator's records."
      : null;
  return (
    <Dialog
      title="Attribute events"
      onClose={onClose}
      foot={
        <>
          <Button
            kind="primary"
            blocked={blocked}
            onClick={() => {
              onClose();
              onRun({ events, nat, subscribers: radius, filter: words.trim() });
            }}
          >
            Attribute
          </Button>
          <Button onClick={onClose}>Cancel</Button>
          {blocked ? <span className="small muted">{blocked}</span> : null}
        </>
      }
    >
      <Field label="Events of">
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
        <legend className="small muted">Against the NAT records</legend>
        {nats.map((one) => (
          <Check
            key={one.name}
            label={one.name}
            checked={nat.includes(one.name)}
            onChange={(on) => setNat(on ? [...nat, one.name] : nat.filter((name) => name !== one.name))}
          />
        ))}
        {nats.length === 0 ? <p className="muted">There are none yet.</p> : null}
      </fieldset>
      {subscribers.length ? (
        <Field label="Subscriber records">
          {(id) => (
            <select
              id={id}
              className="select"
              value={radius}
              onChange={(event) => setRadius(event.target.value)}
            >
              <option value="">none</option>
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
        label="Only events that match"
        mono
        placeholder="all of them"
        value={words}
        onChange={setWords}
        note="The filter language of Records. Questioned events never calibrate their own clock."
      />
      {source && !source.clock ? (
        <div className="notice">
          <span>
            {source.name} has no accepted calibration: its events will be out-of-range until its clock is
            compared.
          </span>
        </div>
      ) : null}
    </Dialog>
  );
}
