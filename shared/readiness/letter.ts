// The advice letter to a server's operator (draft, section 6.1) and what the port costs to store (section 3.3). Plain
// sentences; every line to be entered stands for itself, so that it can be copied.
import type { ConfigJudgement } from "./judge";

/** A separator and at most five digits. */
export const PORT_BYTES = 6;
/** A line of the advised parallel logs: time, two addresses, two ports, an id. */
export const PARALLEL_LINE_BYTES = 110;

export function storageSentence(judgement: Pick<ConfigJudgement, "advice" | "port">): string {
  if (judgement.port === "yes") return "Nothing more is stored than today.";
  const parallel = judgement.advice.some((a) => a.kind === "parallel log" || a.kind === "syslog");
  return parallel
    ? `A parallel log costs about ${PARALLEL_LINE_BYTES} bytes a connection: ${PARALLEL_LINE_BYTES} MB a million connections before compression. In the existing lines the port alone costs at most ${PORT_BYTES} bytes each, ${PORT_BYTES} MB a million lines.`
    : `The port costs at most ${PORT_BYTES} bytes a line: ${PORT_BYTES} MB a million lines before compression.`;
}

export function adviceLetter(judgement: ConfigJudgement): string {
  const { title, findings, advice, open } = judgement;
  const out = [
    `To the operator of a server with ${title}`,
    "",
    "Many Internet access providers put hundreds of subscribers behind one public address at a time. An address and a time",
    "then name no subscriber line; the provider also needs the source port of the connection, and the time to the second",
    "(RFC 6302). Without them its records cannot be asked, and a suspicion can fall on everyone who shared the address.",
    "",
    judgement.statement,
    ...findings.map(
      (f) => `- ${f.scope}, ${f.log}: ${f.why} (${f.file}${f.line === null ? "" : `:${f.line}`}).`,
    ),
    ...open.map((o) => `- Not decided: ${o}`),
    "",
  ];
  for (const a of advice) {
    out.push(`${KIND[a.kind]} In ${a.place}:`, "", ...a.lines.map((l) => `    ${l}`), "", a.why, "");
  }
  out.push(
    storageSentence(judgement),
    "Please keep the server's clock on a traceable source and write the zone's offset with each time; and keep the logs as long as, and no longer than, the law and your purpose allow.",
  );
  return `${out.join("\n")}\n`;
}

const KIND = {
  "parallel log": "A log beside the present one leaves its readers untouched.",
  setting: "One setting is enough.",
  syslog: "A line of its own in syslog leaves the other lines untouched.",
} as const;
