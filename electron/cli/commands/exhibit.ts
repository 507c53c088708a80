// export: the sealed bag that leaves the lab.
import { resolve } from "node:path";
import { type Command, EXAMINER, type Io } from "../command";
import { bytes, count, pairs } from "../print";
import { usage } from "../usage";

const ENCRYPT = {
  "encrypt-to": {
    value: "AGE1",
    help: "also write OUT.tar.age for this recipient (age1..., or a file of them); opened with: age -d | tar x",
    many: true,
  },
} as const;

/** The option's recipients; a file's name is taken from where the command runs. */
const recipients = (io: Io): string[] =>
  io.values.all("encrypt-to").map((one) => (one.startsWith("age1") ? one : resolve(one)));

export const exportExhibit: Command = {
  name: "export",
  arguments: "CASE OUT",
  summary: "Write a sealed, signed exhibit (a BagIt bag) that anyone can check without this program.",
  options: {
    events: { value: "EXPR", help: "which attributed events go in (default: all)" },
    identify: { help: "name parties that no result points to; needs --authority" },
    authority: { value: "A", help: "the legal basis on which they are named" },
    ...ENCRYPT,
    ...EXAMINER,
  },
  notes: ["OUT must not exist. Beside it a statement is written, to travel another way."],
  operations: ["exhibit.export"],
  async run(io) {
    const events = io.values.text("events");
    const authority = io.values.text("authority");
    const identify = io.values.flag("identify");
    if (identify && !authority) throw usage("export", "--identify needs --authority.");
    const done = await io.request("exhibit.export", {
      case: resolve(io.positionals[0]!),
      out: resolve(io.positionals[1]!),
      ...(events === undefined ? {} : { events }),
      ...(identify ? { identify } : {}),
      ...(authority === undefined ? {} : { authority }),
      encryptTo: recipients(io),
    });
    await io.value(done);
    await io.line(`Exhibit at ${done.path}`);
    const rows: [string, string][] = [
      [
        "Holds",
        `${count(done.events, "event")}, ${count(done.mappings, "mapping")}, ${count(done.files, "file")}, ${bytes(done.bytes)}`,
      ],
      ["Pseudonyms", done.pseudonyms === 0 ? "none" : count(done.pseudonyms, "party", "parties")],
      ["Manifest", done.manifest],
      ["Seal", done.seal],
    ];
    if (done.encrypted) rows.push(["Encrypted", `${done.encrypted.path} (SHA-256 ${done.encrypted.sha256})`]);
    if (done.statement)
      rows.push(["Statement", `${done.statement} (let it travel another way than the bag)`]);
    for (const line of pairs(rows)) await io.line(line);
    return 0;
  },
};

export const disclose: Command = {
  name: "disclose",
  arguments: "BAG OUT",
  summary: "Take rows out of an exhibit, each with the proof that it was signed, and nothing of the others.",
  options: {
    rows: { value: "EXPR", help: "which rows of attribution.csv (required)" },
    ...ENCRYPT,
    case: { value: "CASE", help: "the case that exported BAG: the disclosure stands in its ledger" },
    ...EXAMINER,
  },
  notes: ["OUT must not exist. verify checks a disclosure as it checks an exhibit."],
  operations: ["exhibit.disclose"],
  async run(io) {
    const rows = io.values.text("rows");
    if (rows === undefined) throw usage("disclose", "--rows is missing.");
    const from = io.values.text("case");
    const done = await io.request("exhibit.disclose", {
      ...(from === undefined ? {} : { case: resolve(from) }),
      bag: resolve(io.positionals[0]!),
      out: resolve(io.positionals[1]!),
      rows,
      encryptTo: recipients(io),
    });
    await io.value(done);
    await io.line(`Disclosure at ${done.path}`);
    for (const line of pairs([
      ["Rows", `${done.rows} of ${done.of}`],
      ["Key", done.keyFingerprint],
      ...(done.encrypted ? ([["Encrypted", done.encrypted.path]] as [string, string][]) : []),
    ]))
      await io.line(line);
    return 0;
  },
};
