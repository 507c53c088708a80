// One record: its time as written, recorded and corrected with the bracket, its fields, and its original bytes with their
// place in the evidence.
import { useMemo } from "react";
import type { RecordRow } from "../../shared/contract/records";
import type { TimelineRow } from "../../shared/contract/timeline";
import type { TIME_MEANS } from "../../shared/record/columns";
import { filterFieldName } from "../../shared/record/field-names";
import { useRequest } from "../client/use-request";
import { ReferenceEvent } from "../clock/reference-event";
import { Inspector } from "../frame/inspector";
import { type Source, showVerdict, useApp, useCase, useZone } from "../frame/store";
import { Button, Facts, Fault, Panel } from "../parts/parts";
import { base64Bytes, bytesText } from "../signs/escape";
import { RoleSign } from "../signs/icons";
import { protocolName, shortHash } from "../signs/numbers";
import { RawHex, RawText } from "../signs/raw-bytes";
import { Corrected, Evidence, HalfWidth, Instant, Offset, Recorded } from "../signs/text";
import { durationText, timeParts } from "../signs/time-format";
import { type Kept, t, text } from "../words/words";
import { type MarkDialog, MarksPanel } from "./marks-panel";

/** What a record's time is the time of (shared/record/columns.ts, TIME_MEANS). */
export const MEANS = {
  connect: text("when the connection was opened"),
  start: text("when it began"),
  end: text("when it ended"),
  written: text("when the line was written"),
} as const satisfies Record<keyof typeof TIME_MEANS, Kept>;

export type BytesAs = "text" | "hex";

export function RecordInspector({
  source,
  row,
  data,
  placed = "calibrated",
  bytesAs,
  onBytesAs,
  onMark,
}: {
  source: Source;
  row: number | null;
  data: RecordRow | null;
  /** On an axis: by whose clock the record has its place. */
  placed?: TimelineRow["placed"];
  bytesAs: BytesAs;
  onBytesAs: (as: BytesAs) => void;
  onMark: (dialog: MarkDialog) => void;
}) {
  const path = useCase();
  const turn = useApp((s) => s.engineTurn);
  const raw = useRequest(
    "records.raw",
    row === null || !data ? null : { case: path, source: source.name, row: data.row },
    turn,
  );
  const bytes = useMemo(() => (raw.data ? base64Bytes(raw.data.base64) : null), [raw.data]);
  const written = useMemo(() => {
    const span = raw.data?.spans.find((one) => one.kind === "time");
    return bytes && span ? bytesText(bytes.subarray(span.from, span.to)) : null;
  }, [bytes, raw.data]);
  if (!data)
    return (
      <Inspector label={t("Record")}>
        <div className="empty">
          <h1>{t("No record chosen")}</h1>
          <p>{t("Choose a row to see its time, its fields and its original bytes.")}</p>
        </div>
      </Inspector>
    );
  const place = (ip: string | null, port: number | null) =>
    ip === null ? null : (
      <span className="mono">
        <Evidence text={ip} />
        {port === null ? "" : ` ${t("port {{port}}", { port: String(port) })}`}
      </span>
    );
  const fields = Object.entries(raw.data ? { ...raw.data.fields, ...data.fields } : data.fields);
  const fieldNames = fields.map(([name]) => name);
  const own = placed === "reference";
  const offset =
    !own && data.correctedFromUs !== null && data.correctedToUs !== null && data.timeUs !== null
      ? data.timeUs +
        ((data.precisionUs ?? 0) + (data.slackUs ?? 0)) / 2 -
        (data.correctedFromUs + data.correctedToUs) / 2
      : null;
  const guard =
    !own && data.correctedFromUs !== null && data.correctedToUs !== null
      ? (data.correctedToUs - data.correctedFromUs - (data.precisionUs ?? 0) - (data.slackUs ?? 0)) / 2
      : null;
  return (
    <Inspector label={t("Record")}>
      <div className="panel row">
        <span className="chip">
          <RoleSign of={source.role} />
          {source.name}
        </span>
        <span className="mono">{t("line {{line}}", { line: data.line })}</span>
      </div>
      <Panel title={t("Time")}>
        <Facts
          rows={[
            [
              t("As written"),
              written === null ? (
                ""
              ) : (
                <span key="87.17" className="mono">
                  <Evidence text={written} />
                </span>
              ),
            ],
            [
              t("Recorded"),
              <Recorded
                key="r"
                us={data.timeUs}
                precisionUs={data.precisionUs}
                zoneKnown={source.zone !== "unknown"}
              />,
            ],
            [t("Means"), data.timeMeans === null ? "" : t(MEANS[data.timeMeans as keyof typeof MEANS])],
            [
              t("Other clock"),
              data.otherTimeUs === null ? "" : <Instant key="o" us={data.otherTimeUs} digits={6} />,
            ],
            [
              t("Offset"),
              offset === null ? (
                ""
              ) : (
                <span key="f">
                  <Offset us={Math.round(offset)} /> <HalfWidth us={Math.max(0, Math.round(guard ?? 0))} />{" "}
                  <span className="muted">{t("guard")}</span>
                </span>
              ),
            ],
            [
              own ? t("On the axis") : t("Corrected"),
              <Corrected key="c" plain={own} fromUs={data.correctedFromUs} toUs={data.correctedToUs} />,
            ],
          ]}
        />
        {source.role === "server" && data.timeUs !== null && source.zone !== "unknown" ? (
          <ReferenceEvent
            source={source.name}
            line={data.line}
            timeUs={data.timeUs}
            precisionUs={data.precisionUs}
          />
        ) : null}
        {!own && data.correctedFromUs !== null && data.correctedToUs !== null ? (
          <Bracket
            fromUs={data.correctedFromUs}
            toUs={data.correctedToUs}
            writtenUs={data.precisionUs ?? 0}
          />
        ) : null}
      </Panel>
      {source.role === "server" ? (
        <Panel title={t("Attribution")}>
          <Button keys="Alt A" onClick={() => showVerdict(source.name, data)}>
            {t("Show the verdict")}
          </Button>
        </Panel>
      ) : null}
      <MarksPanel source={source.name} row={data} onOpen={onMark} />
      <Panel title={t("Fields")}>
        <Facts
          rows={[
            [t("Source"), place(data.srcIp, data.srcPort)],
            [t("Destination"), place(data.dstIp, data.dstPort)],
            [
              t("Protocol"),
              data.protocol === null ? (
                <span key="143.17" className="muted">
                  {t("not known, both count")}
                </span>
              ) : (
                protocolName(data.protocol)
              ),
            ],
            [t("Event"), data.event ?? ""],
            [
              t("Public"),
              data.publicIp === null ? null : (
                <span key="152.17" className="mono">
                  {t("{{address}} ports {{low}}–{{high}}", {
                    address: data.publicIp,
                    low: String(data.portLow),
                    high: String(data.portHigh),
                  })}
                </span>
              ),
            ],
            [t("Inside"), place(data.insideIp, data.insidePort)],
            [
              t("Subscriber"),
              data.subscriber === null ? null : (
                <span key="161.17" className="mono">
                  <Evidence text={data.subscriber} />
                </span>
              ),
            ],
            [t("Held from"), data.startUs === null ? null : <Instant key="166.58" us={data.startUs} />],
            [t("until before"), data.endUs === null ? null : <Instant key="167.59" us={data.endUs} />],
            ...fields.map(
              ([name, value]) =>
                [
                  filterFieldName(name, fieldNames),
                  value === null ? (
                    ""
                  ) : (
                    <span key={name} className="mono">
                      <Evidence text={String(value)} />
                    </span>
                  ),
                ] as const,
            ),
          ]}
        />
      </Panel>
      <Panel
        title={t("Original bytes")}
        note={
          <span className="segmented">
            <button
              type="button"
              aria-pressed={bytesAs === "text"}
              title={t("As text (B)")}
              onClick={() => onBytesAs("text")}
            >
              {t("Text")}
            </button>
            <button
              type="button"
              aria-pressed={bytesAs === "hex"}
              title={t("In hex (X)")}
              onClick={() => onBytesAs("hex")}
            >
              {t("Hex")}
            </button>
          </span>
        }
      >
        {raw.error ? <Fault error={raw.error} /> : null}
        {bytes && raw.data ? (
          bytesAs === "hex" ? (
            <RawHex bytes={bytes} spans={raw.data.spans} base={raw.data.offset} />
          ) : (
            <RawText bytes={bytes} spans={raw.data.spans} />
          )
        ) : null}
        <div style={{ height: 6 }} />
        <Facts
          rows={[
            [
              t("Offset"),
              <span key="o" className="mono">
                {t("{{offset}}, length {{length}}", { offset: data.offset, length: data.length })}
              </span>,
            ],
            [
              "SHA-256",
              raw.data ? (
                <span key="s" className="mono" title={raw.data.sha256}>
                  {shortHash(raw.data.sha256)}
                </span>
              ) : (
                ""
              ),
            ],
            [
              t("File"),
              raw.data ? (
                <span key="p" className="mono">
                  <Evidence text={raw.data.path} />
                </span>
              ) : (
                ""
              ),
            ],
          ]}
        />
      </Panel>
    </Inspector>
  );
}

/** `[ ]` round one event: the ends of the interval, and inside it the time as written with its precision. */
export function Bracket({ fromUs, toUs, writtenUs }: { fromUs: number; toUs: number; writtenUs: number }) {
  const zone = useZone();
  const width = toUs - fromUs;
  const share = width > 0 ? Math.min(1, writtenUs / width) : 0;
  const x0 = 80;
  const x1 = 236;
  const inner = (x1 - x0) * share;
  const label = (us: number) => {
    const parts = timeParts(us, width < 100_000 ? 6 : 2, zone);
    return `${parts.time}${parts.zone}`;
  };
  return (
    <figure style={{ margin: "8px 0 0" }}>
      <svg
        viewBox="0 0 316 54"
        width="100%"
        role="img"
        aria-label={t("The event lies from {{fromUs}} until before {{toUs}}", {
          fromUs: label(fromUs),
          toUs: label(toUs),
        })}
      >
        <g fontFamily="var(--mono)" fontSize="11" fill="var(--clock)">
          <text x={x0 + 8} y="12" textAnchor="end" style={{ whiteSpace: "pre" }}>
            {label(fromUs)}
          </text>
          <text x={x1 - 8} y="12" textAnchor="start">
            {label(toUs)}
          </text>
        </g>
        <path d={`M0 35H316`} stroke="var(--edge)" />
        <rect x={x0} y="22" width={x1 - x0} height="26" fill="var(--clock-fill)" />
        <path
          d={`M${x0 + 7} 21H${x0}V49H${x0 + 7}M${x1 - 7} 21H${x1}V49H${x1 - 7}`}
          fill="none"
          stroke="var(--clock)"
          strokeWidth="2"
        />
        <rect
          x={(x0 + x1) / 2 - inner / 2}
          y="32.5"
          width={Math.max(2, inner)}
          height="5"
          fill="var(--clock)"
        />
      </svg>
      <figcaption className="small muted" style={{ textAlign: "center" }}>
        {t("{{duration}} as written, widened by the guard", { duration: durationText(writtenUs) })}
      </figcaption>
    </figure>
  );
}
