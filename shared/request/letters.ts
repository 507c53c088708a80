// The two letters of a disclosure request, as headings, paragraphs and a table: the same content as text and as PDF. They
// say how to search so that the answer is complete, since an answer that names one holder of several names a wrong one.
import { formatUtc } from "../time/civil";
import { type Question, questionId, retainedUntil, seconds } from "./questions";

export interface LetterSection {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
}

export interface Letter {
  readonly kind: string;
  readonly title: string;
  readonly reference: string;
  readonly date: string;
  readonly sections: readonly LetterSection[];
}

export interface LetterFacts {
  readonly requestId: string;
  readonly caseTitle: string;
  readonly examiner: string;
  readonly date: string;
  readonly questions: readonly Question[];
  readonly events: number;
  /** Events that cannot be asked: neither port nor destination, or no time. */
  readonly unaskable: number;
  readonly csvSha256: string;
  readonly clock: string;
  readonly retentionUs: number | null;
  readonly packs: boolean;
}

/** Questions printed in a letter; the rest stand in request.csv alone. */
const PRINTED = 60;

const endpoint = (q: Question): string =>
  q.port === null
    ? q.publicIp
    : q.publicIp.includes(":")
      ? `[${q.publicIp}]:${q.port}`
      : `${q.publicIp}:${q.port}`;
const protocol = (n: number | null): string =>
  n === 6 ? "TCP" : n === 17 ? "UDP" : n === null ? "TCP and UDP" : `IP protocol ${n}`;
const destination = (q: Question): string =>
  q.dstIp === null ? "" : q.dstPort === null ? q.dstIp : `${q.dstIp} port ${q.dstPort}`;
const at = (us: number): string => formatUtc(us, 1_000);

function tableOf(questions: readonly Question[]): LetterSection["table"] {
  const own = questions.some((q) => q.operator !== null);
  return {
    head: [
      "No.",
      "Address and port",
      "Protocol",
      "Destination",
      own ? "From (your clock)" : "From (UTC)",
      "Until before",
      "Width, s",
    ],
    rows: questions.slice(0, PRINTED).map((q, i) => {
      const w = (q.operator ?? q.utc)!;
      return [
        questionId(i),
        endpoint(q),
        protocol(q.protocol),
        destination(q),
        at(w.fromUs),
        at(w.toUs),
        seconds(w.toUs - w.fromUs),
      ];
    }),
  };
}

const more = (n: number): string[] =>
  n > PRINTED ? [`${PRINTED} of ${n} questions are printed here; request.csv holds every one.`] : [];

export function requestLetter(f: LetterFacts): Letter {
  const ports = f.questions.some((q) => q.port !== null);
  const byDestination = f.questions.some((q) => q.port === null);
  const own = f.questions.some((q) => q.operator !== null);
  return {
    kind: "Request for disclosure of address translation records",
    title: f.caseTitle,
    reference: f.requestId,
    date: f.date,
    sections: [
      {
        heading: "What is asked",
        paragraphs: [
          `${f.questions.length} questions, from ${f.events} recorded events. For each: which subscriber line or lines held the public address${ports ? " and source port" : ""} at any moment of the interval. The file request.csv (SHA-256 ${f.csvSha256}) holds the questions in full; this letter prints them.`,
          ...(byDestination
            ? [
                "Questions without a port are asked by the destination: please list every line that reached it through the address in the interval.",
              ]
            : []),
          ...(f.unaskable > 0
            ? [
                `${f.unaskable} further events are not asked, since their log holds neither port nor destination, or no time.`,
              ]
            : []),
          "Nothing else is asked: no traffic beyond these endpoints and intervals, and no content.",
        ],
      },
      {
        heading: "The times",
        paragraphs: [
          f.clock,
          own
            ? "Intervals in your clock are times as your device wrote them: please search by them as they stand, without correction."
            : "Intervals are in UTC. Please convert them into the clock of the device that wrote the records, widen them by what you do not know of that clock, and say in the reply what you did.",
          "Each interval is as wide as it must be and no wider: widthReason in request.csv adds up the resolution of the record, what its time means and what is not known of the clock. Intervals on one endpoint that overlap are one question.",
        ],
      },
      {
        heading: "How to search so that the answer is complete",
        paragraphs: [
          "Please find every record whose holding of the address and port touches the interval, not the record nearest to it: allocations that began before the interval and ended in it or after it, that began in it, and that have no recorded end. A port block holds every port between its ends, and a port set with a step only those of the step.",
          "Search every device that could have translated for the address at that time, and every log (allocation, interim and release) that it writes; for a deterministic configuration, the rule in force at that time, its reserved ports and its dynamic pool.",
          "Where two or more lines are found, list them all. Where none is found, please say which it is: no-record (you searched everything above, the records of that time exist, and none matches), retention-expired (the records of that time are gone), or not-our-address. An empty answer says none of these.",
        ],
      },
      {
        heading: "The reply",
        paragraphs: [
          "Please fill in reply-template.csv: one line for each holder found, with start and end as recorded, public address, port range, inside address, subscriber line and the node that wrote the record; requestId and id stay as they are. searchedFrom, searchedTo and searchedHow state the extent of the search. clockStatus states how the node's clock was kept (for example NTP, its offset and uncertainty at the time).",
          ...(f.packs
            ? [
                "Where the records are in a cluster, the query pack in the folder sql does the search there and writes this reply.",
              ]
            : []),
          "A result names a subscriber line, not a person or a device.",
        ],
      },
      { heading: "The questions", paragraphs: more(f.questions.length), table: tableOf(f.questions) },
    ],
  };
}

export function preservationLetter(f: LetterFacts): Letter {
  const rows = f.questions.slice(0, PRINTED).map((q, i) => {
    const until = retainedUntil(q, f.retentionUs);
    return [
      questionId(i),
      endpoint(q),
      at((q.utc ?? q.operator)!.fromUs),
      at((q.utc ?? q.operator)!.toUs),
      until === null ? "not known: at once" : at(until),
    ];
  });
  return {
    kind: "Request to preserve address translation records",
    title: f.caseTitle,
    reference: f.requestId,
    date: f.date,
    sections: [
      {
        heading: "What is to be kept",
        paragraphs: [
          "Please keep, until further notice, every allocation, interim and release record, the configuration in force, and the records that lead from an inside address to a subscriber line, for the addresses and times below; and the clock records (NTP) of the devices that wrote them.",
          f.retentionUs === null
            ? "Your retention is not known here. The records may be deleted at any time: please act on receipt."
            : `By the stated retention of ${Math.floor(f.retentionUs / 86_400_000_000)} days the records of each event are deleted at the time given. Please act before the earliest of them.`,
          "This asks for no disclosure.",
        ],
      },
      {
        heading: "The deadlines",
        paragraphs: more(f.questions.length),
        table: { head: ["No.", "Address and port", "From", "Until before", "Kept until"], rows },
      },
    ],
  };
}

/** As plain text, for mail and for those who read no PDF. */
export function letterText(letter: Letter): string {
  const lines = [
    letter.kind.toUpperCase(),
    "",
    letter.title,
    `Reference: ${letter.reference}`,
    `Date: ${letter.date}`,
  ];
  for (const section of letter.sections) {
    lines.push("", section.heading, "-".repeat(section.heading.length));
    for (const paragraph of section.paragraphs) lines.push(...wrapped(paragraph), "");
    if (section.table) {
      const all = [section.table.head, ...section.table.rows];
      const widths = section.table.head.map((_, c) => Math.max(...all.map((row) => row[c]!.length)));
      for (const row of all)
        lines.push(
          row
            .map((cell, c) => cell.padEnd(widths[c]!))
            .join("  ")
            .trimEnd(),
        );
    }
  }
  return `${lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > 96) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}
