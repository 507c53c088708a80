// review, timestamp: what others say of a case, examiners and time-stamping authorities.
import { resolve } from "node:path";
import { isBagFolder } from "../bag-folder";
import { type Command, EXAMINER } from "../command";
import { pairs, time } from "../print";
import { usage } from "../usage";

export const review: Command = {
  name: "review",
  arguments: "CASE",
  summary: "Record a second examiner's agreement with a result or an exhibit, or their dissent.",
  options: {
    of: { value: "ACT[:LINE]", help: "the act reviewed (12 or a12), and the line of one of its events" },
    exhibit: { value: "BAG", help: "the exhibit reviewed; it must verify" },
    agree: { help: "the reviewer agrees" },
    dissent: { help: "the reviewer dissents" },
    reason: { value: "R", help: "what was checked, or what is wrong (required)" },
    ...EXAMINER,
  },
  notes: ["A review is another examiner's than the author's, signed with their own key."],
  examples: [
    'portwitness review fraud.case --of a12:4711 --agree --reason "NAT lines read in the original" --examiner "B. Roth"',
  ],
  operations: ["custody.review"],
  async run(io) {
    const of = io.values.text("of");
    const bag = io.values.text("exhibit");
    const reason = io.values.text("reason");
    if (io.values.flag("agree") === io.values.flag("dissent"))
      throw usage("review", "one of --agree and --dissent is needed.");
    if (!reason?.trim()) throw usage("review", "--reason is missing.");
    const match = of === undefined ? null : /^a?(\d{1,9})(?::(\d{1,15}))?$/.exec(of);
    if (of !== undefined && !match) throw usage("review", `--of "${of}" is not an act, like 12 or a12:4711.`);
    const done = await io.request("custody.review", {
      case: resolve(io.positionals[0]!),
      ...(match ? { act: Number(match[1]) } : {}),
      ...(match?.[2] ? { line: Number(match[2]) } : {}),
      ...(bag === undefined ? {} : { bag: resolve(bag) }),
      opinion: io.values.flag("agree") ? "agree" : "dissent",
      reason,
    });
    await io.value(done);
    const opinion = io.values.flag("agree") ? "agrees with" : "dissents from";
    await io.line(`Act ${done.seq}: ${done.examiner} ${opinion} ${done.reviewed}.`);
    return 0;
  },
};

export const timestamp: Command = {
  name: "timestamp",
  arguments: "CASE|BAG",
  summary: "Write an RFC 3161 query to carry to a time-stamping authority, or take in and check its reply.",
  options: {
    query: {
      value: "OUT",
      help: "write the query (.tsq) over the newest checkpoint, or over the seal of BAG",
    },
    reply: { value: "FILE", help: "check the authority's reply (.tsr); in a case it is kept and recorded" },
    trust: { value: "PEM", help: "certificates of authorities that you trust; the chain must end in one" },
    ...EXAMINER,
  },
  notes: [
    "A reply shows that what it stamps existed at its time. Revocation of certificates is not looked up: this program is offline.",
    "By hand: openssl ts -verify -data CASE/checkpoints/N.note -in FILE -CAfile PEM.",
  ],
  operations: ["timestamp.query", "timestamp.import", "timestamp.check"],
  async run(io) {
    const path = resolve(io.positionals[0]!);
    const query = io.values.text("query");
    const reply = io.values.text("reply");
    if ((query === undefined) === (reply === undefined))
      throw usage("timestamp", "one of --query and --reply is needed.");
    if (query !== undefined) {
      const written = await io.request("timestamp.query", { path, out: resolve(query) });
      await io.value(written);
      const what = written.size === null ? "the exhibit's seal" : `the first ${written.size} acts`;
      await io.line(`Query over ${what} at ${written.out}`);
      await io.line("Take the authority's reply in with --reply.");
      return 0;
    }
    const trust = io.values.text("trust");
    const given = { reply: resolve(reply!), ...(trust === undefined ? {} : { trust: resolve(trust) }) };
    const found = isBagFolder(path)
      ? await io.request("timestamp.check", { bag: path, ...given })
      : await io.request("timestamp.import", { case: path, ...given });
    await io.value(found);
    await io.line(
      found.size === null
        ? "The time-stamp of the exhibit's seal holds."
        : `The time-stamp holds: the first ${found.size} acts existed then.`,
    );
    for (const line of pairs([
      ["Time", `${time(found.timeUs)}${found.accuracyUs === null ? "" : ` +/- ${found.accuracyUs} us`}`],
      ["Authority", found.authority],
      ["Chain", found.chain.join(" < ")],
      ["Trusted", found.trusted ? "ends in a certificate that you gave" : "not established: give --trust"],
    ]))
      await io.line(line);
    return 0;
  },
};
