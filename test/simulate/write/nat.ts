// NAT operators' logs in the layouts of real devices. Times are the NAT's own clock, which is the world's reference.
import { type Binding, insideAddress, publicAddress, subscriberName } from "../network";
import type { Random } from "../random";
import { isoTime } from "../time";

export type NatFormat = "srx-pba" | "srx-flow" | "csv-events" | "csv-intervals";

/** What the operator's log lost of a binding. */
export interface Lost {
  readonly start: boolean;
  readonly end: boolean;
}

export interface NatLine {
  readonly at: number;
  readonly text: string;
}

const DESTINATION = "192.0.2.80";
const floorSecond = (t: number): number => Math.floor(t);
const header = (t: number, delay: number, service: string, tag: string): string =>
  `<14>1 ${isoTime(Math.round((t + delay) * 1000) * 1000, 3)} cgn-1 ${service} - ${tag}`;

/** RT_SRC_NAT_PBA_*: a header with milliseconds, and the event's own time in hexadecimal seconds. */
function pba(
  binding: Binding,
  event: "ALLOC" | "RELEASE",
  t: number,
  delay: number,
  end: number | null,
): string {
  const used = event === "ALLOC" ? 1 : 0;
  const fields = [
    `internal-ip="${insideAddress(binding.subscriber)}"`,
    `block-used="${used}"`,
    `block-max-per-host="4"`,
    `block-port-low="${binding.portLow}"`,
    `block-port-high="${binding.portHigh}"`,
    `reflexive-ip="${publicAddress(binding.address)}"`,
    `nat-pool-name="cgn-pool"`,
    `logical-system-id="0"`,
    `epoch-time-64="${floorSecond(end ?? t).toString(16)}"`,
  ];
  return `${header(t, delay, "RT_NAT", `RT_SRC_NAT_PBA_${event}`)} [junos@2636.1.1.1.2.129 ${fields.join(" ")}]`;
}

function flow(
  binding: Binding,
  session: number,
  event: "CREATE" | "CLOSE",
  t: number,
  delay: number,
): string {
  const inside = insideAddress(binding.subscriber);
  const outside = publicAddress(binding.address);
  const elapsed =
    event === "CLOSE" ? ` elapsed-time="${Math.max(1, Math.round(binding.to - binding.from))}"` : "";
  const reason = event === "CLOSE" ? 'reason="TCP FIN" ' : "";
  return `${header(t, delay, "RT_FLOW", `RT_FLOW_SESSION_${event}`)} [junos@2636.1.1.1.2.129 ${reason}source-address="${inside}" source-port="${20_000 + (session % 40_000)}" destination-address="${DESTINATION}" destination-port="443" service-name="junos-https" nat-source-address="${outside}" nat-source-port="${binding.portLow}" nat-destination-address="${DESTINATION}" nat-destination-port="443" src-nat-rule-name="r1" dst-nat-rule-name="None" protocol-id="6" policy-name="permit" source-zone-name="trust" destination-zone-name="untrust" session-id-32="${session + 1}"${elapsed}]`;
}

/** A log's text, one event a line in the order of writing. */
export function natText(
  format: NatFormat,
  log: { readonly bindings: readonly Binding[]; readonly lost: readonly Lost[]; readonly batch: number },
  random: Random,
): string {
  const { bindings, lost, batch } = log;
  // An exporter that collects writes its records when the batch is full, in no order; their own stamps stay as they were.
  const written = (t: number): number => (batch > 0 ? Math.ceil(t / batch) * batch + random.unit() : t);
  const lines: NatLine[] = [];
  for (const [i, b] of bindings.entries()) {
    const gone = lost[i] ?? { start: false, end: false };
    if (format === "csv-intervals") {
      if (gone.start || gone.end) continue;
      lines.push({ at: b.to, text: intervalRow(b) });
      continue;
    }
    for (const start of [true, false]) {
      if (start ? gone.start : gone.end) continue;
      const at = written(start ? b.from : b.to);
      lines.push({ at, text: eventLine(format, b, i, start, at, random) });
    }
  }
  lines.sort((a, b) => a.at - b.at);
  const head =
    format === "csv-events"
      ? ["time,event,public_ip,port_low,port_high,private_ip,subscriber"]
      : format === "csv-intervals"
        ? ["public_ip,port_low,port_high,private_ip,subscriber,start,end"]
        : [];
  return `${[...head, ...lines.map((l) => l.text)].join("\n")}\n`;
}

function eventLine(
  format: NatFormat,
  b: Binding,
  i: number,
  start: boolean,
  at: number,
  random: Random,
): string {
  const t = start ? b.from : b.to;
  // A line is stamped at its event; the milliseconds of queueing before the stamp are the device's own.
  const delay = at - t + random.between(0, 0.004);
  if (format === "srx-pba") return pba(b, start ? "ALLOC" : "RELEASE", t, delay, null);
  if (format === "srx-flow") return flow(b, i, start ? "CREATE" : "CLOSE", t, delay);
  return [
    isoTime(Math.floor(t * 1000) * 1000, 3, 0, "Z"),
    start ? "create" : "delete",
    publicAddress(b.address),
    b.portLow,
    b.portHigh,
    insideAddress(b.subscriber),
    subscriberName(b.subscriber),
  ].join(",");
}

const intervalRow = (b: Binding): string =>
  [
    publicAddress(b.address),
    b.portLow,
    b.portHigh,
    insideAddress(b.subscriber),
    subscriberName(b.subscriber),
    isoTime(Math.floor(b.from * 1000) * 1000, 3, 0, "Z"),
    isoTime(Math.floor(b.to * 1000) * 1000, 3, 0, "Z"),
  ].join(",");

export function natAdd(format: NatFormat): { format?: string; map?: Record<string, string> } {
  const columns = {
    publicIp: "public_ip",
    portLow: "port_low",
    portHigh: "port_high",
    insideIp: "private_ip",
    subscriber: "subscriber",
  };
  if (format === "csv-events") return { format: "csv", map: { time: "time", event: "event", ...columns } };
  if (format === "csv-intervals") return { format: "csv", map: { from: "start", to: "end", ...columns } };
  return {};
}

/** CSV names the subscriber; the SRX's own logs know only the inside address. */
export const namesSubscribers = (format: NatFormat): boolean => format.startsWith("csv");
