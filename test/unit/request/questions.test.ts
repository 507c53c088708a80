// What an operator is asked: no more than it must look up, and what its answer says to which question.
import { describe, expect, it } from "vitest";
import { stateOf } from "../../../electron/engine/request/replies";
import { parseCsv } from "../../../shared/custody/csv";
import { letterText, preservationLetter, requestLetter } from "../../../shared/request/letters";
import {
  type Asked,
  questionCells,
  questionsOf,
  REPLY_COLUMNS,
  REQUEST_COLUMNS,
  replyTemplate,
  requestCsv,
  retainedUntil,
} from "../../../shared/request/questions";

const S = 1_000_000;
const T = 1_793_606_400 * S;
const asked = (port: number | null, from: number, to: number, more: Partial<Asked> = {}): Asked => ({
  addr: 3_325_256_711,
  publicIp: "198.51.100.7",
  port,
  protocol: 6,
  dstIp: null,
  dstPort: null,
  utc: { fromUs: T + from * S, toUs: T + to * S },
  operator: null,
  width: "record 1.000 s",
  timeUs: T + from * S,
  ...more,
});

describe("questions", () => {
  it("merge where intervals of one endpoint overlap or touch, and nowhere else", () => {
    const questions = questionsOf([
      asked(4000, 10, 12),
      asked(4000, 0, 5),
      asked(4000, 5, 6),
      asked(4000, 4, 8, { width: "other" }),
      asked(4001, 0, 5),
      asked(4000, 0, 5, { protocol: 17 }),
      asked(4000, 0, 5, { addr: 3_325_256_712, publicIp: "198.51.100.8" }),
    ]);
    expect(
      questions.map((q) => [
        q.publicIp,
        q.port,
        q.protocol,
        (q.utc!.fromUs - T) / S,
        (q.utc!.toUs - T) / S,
        q.events,
      ]),
    ).toEqual([
      ["198.51.100.7", 4000, 6, 0, 8, 3],
      ["198.51.100.7", 4000, 6, 10, 12, 1],
      ["198.51.100.7", 4000, 17, 0, 5, 1],
      ["198.51.100.7", 4001, 6, 0, 5, 1],
      ["198.51.100.8", 4000, 6, 0, 5, 1],
    ]);
    expect(questions[0]!.widths).toEqual(["record 1.000 s", "other"]);
  });

  it("come out the same whatever the order of the events", () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      asked([4000, 4001, null][i % 3]!, (i * 7) % 50, ((i * 7) % 50) + 3, {
        protocol: i % 4 === 0 ? null : 6,
        dstIp: i % 5 === 0 ? "192.0.2.1" : null,
      }),
    );
    const shuffled = events.map((_, i) => events[(i * 37) % 60]!);
    const bare = (list: readonly Asked[]) => questionsOf(list).map((q) => ({ ...q, widths: [] }));
    expect(bare(shuffled)).toEqual(bare(events));
    expect(questionsOf(events).reduce((n, q) => n + q.events, 0)).toBe(60);
  });

  it("keep both clocks apart, merged by the operator's", () => {
    const own = (from: number, to: number) => ({
      operator: { fromUs: T + (from + 37) * S, toUs: T + (to + 37) * S },
    });
    const [q, ...rest] = questionsOf([asked(4000, 0, 5, own(0, 5)), asked(4000, 3, 9, own(3, 9))]);
    expect(rest).toEqual([]);
    expect(q).toMatchObject({
      utc: { fromUs: T, toUs: T + 9 * S },
      operator: { fromUs: T + 37 * S, toUs: T + 46 * S },
    });
  });

  it("are written as CSV with the deadline until which their records exist", () => {
    const [q] = questionsOf([asked(4000, 0, 5)]);
    const deadline = retainedUntil(q!, 86_400 * S);
    expect(deadline).toBe(T + 86_400 * S);
    const [head, line] = parseCsv(requestCsv("PW-1", [questionCells(q!, deadline)]));
    expect(head).toEqual([...REQUEST_COLUMNS]);
    const of = (name: (typeof REQUEST_COLUMNS)[number]) => line![REQUEST_COLUMNS.indexOf(name)];
    expect([of("id"), of("publicIp"), of("port"), of("utcFromUs"), of("widthSeconds")]).toEqual([
      "Q0001",
      "198.51.100.7",
      "4000",
      String(T),
      "5.000",
    ]);
    expect(of("retainedUntil")).toBe("2026-11-03T08:00:00.000000Z");
    expect(parseCsv(replyTemplate("PW-1", [q!]))).toEqual([
      [...REPLY_COLUMNS],
      ["PW-1", "Q0001", ...REPLY_COLUMNS.slice(2).map(() => null)],
    ]);
  });
});

describe("the letters", () => {
  const facts = {
    requestId: "PW-1",
    caseTitle: "Case",
    examiner: "E",
    date: "2026-11-24",
    questions: questionsOf([asked(4000, 0, 5), asked(null, 0, 5, { dstIp: "192.0.2.1", dstPort: 443 })]),
    events: 2,
    unaskable: 3,
    csvSha256: "ab",
    clock: "The clock was compared.",
    retentionUs: 30 * 86_400 * S,
    packs: false,
  };

  it("ask for every holder that touches the interval and tell no-record from expired", () => {
    const text = letterText(requestLetter(facts)).replace(/\s+/g, " ");
    expect(text).toContain("touches the interval, not the record nearest to it");
    expect(text).toContain("retention-expired");
    expect(text).toContain("3 further events are not asked");
    expect(text).toContain("198.51.100.7:4000");
    expect(text).toContain("192.0.2.1 port 443");
  });

  it("ask for preservation until each event's own deadline", () => {
    const text = letterText(preservationLetter(facts));
    expect(text).toContain("2026-12-02T08:00:00.000Z");
    expect(letterText(preservationLetter({ ...facts, retentionUs: null }))).toContain("not known: at once");
  });
});

describe("a reply", () => {
  const answer = (id: string, outcome: string, line = 2) => ({
    source: "reply",
    line,
    requestId: "PW-1",
    id,
    outcome,
  });

  it("answers a question by what the operator wrote; a line left empty answers nothing", () => {
    const state = stateOf("PW-1", 9, 5, [
      answer("Q0001", "record"),
      answer("Q0001", "record", 3),
      answer("Q0002", "no-record", 4),
      answer("Q0003", "retention-expired", 5),
      answer("Q0004", "", 6),
    ]);
    expect(state).toMatchObject({
      record: 1,
      noRecord: 1,
      retentionExpired: 1,
      notOurAddress: 0,
      open: 2,
      problems: [],
    });
  });

  it("that contradicts itself or answers what was not asked is named", () => {
    const state = stateOf("PW-1", 9, 1, [
      answer("Q0001", "no-record"),
      answer("Q0001", "record", 3),
      answer("Q0002", "record", 4),
      answer("Q0001", "nothing", 5),
    ]);
    expect(state.problems).toEqual([
      "reply line 4: the request has no question Q0002.",
      'reply line 5: "nothing" is no outcome (record, no-record, retention-expired, not-our-address).',
      "Q0001 is answered by no-record and record, which exclude each other.",
    ]);
  });
});
