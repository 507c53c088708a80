// new, verify, rebuild, key: the case itself and the examiner's key.
import { resolve } from "node:path";
import { type Command, EXAMINER } from "../command";
import { count, pairs, table, wrap } from "../print";
import { usage } from "../usage";

export const newCase: Command = {
  name: "new",
  arguments: "CASE",
  summary: "Start a case: a folder with its ledger, its checkpoints and its database.",
  options: {
    title: { value: "T", help: "what the case is called in reports (required)" },
    examiner: { value: "E", help: "who answers for its acts (required)" },
    language: { value: "L", help: "language of reports: en (default) or de" },
  },
  examples: ['portwitness new fraud.case --title "Webshop fraud, March" --examiner "A. Weber"'],
  operations: ["case.new"],
  async run(io) {
    const title = io.values.text("title");
    const examiner = io.values.text("examiner") ?? process.env.PORTWITNESS_EXAMINER;
    if (!title) throw usage("new", "--title is missing.");
    if (!examiner) throw usage("new", "--examiner is missing.");
    const language = io.values.text("language");
    const info = await io.request("case.new", {
      case: resolve(io.positionals[0]!),
      title,
      examiner,
      ...(language === undefined ? {} : { language }),
    });
    await io.value(info);
    await io.line(`Case "${info.title}" is open at ${info.path}`);
    for (const line of pairs([
      ["Examiner", info.examiners.join(", ")],
      ["Acts", String(info.acts)],
      ["Ledger head", info.head],
    ])) {
      await io.line(line);
    }
    return 0;
  },
};

const WHAT = { case: "case", exhibit: "exhibit", disclosure: "disclosed part of an exhibit" } as const;

export const verify: Command = {
  name: "verify",
  arguments: "CASE|BAG",
  summary:
    "Check a case or an exhibit: chain, checkpoints, seal, every hash. Exit 1 where anything is wrong.",
  options: {
    key: {
      value: "FINGERPRINT",
      help: "the signer's key as you know it from another way; without it the signer is not established",
    },
    since: {
      value: "NOTE",
      help: "an earlier checkpoint's file, or an earlier exhibit: the ledger must continue it",
    },
    ...EXAMINER,
  },
  operations: ["custody.verify"],
  async run(io) {
    const path = resolve(io.positionals[0]!);
    const key = io.values.text("key");
    const since = io.values.text("since");
    const { what, ok, problems, keyFingerprint, signerChecked, notes } = await io.request("custody.verify", {
      path,
      ...(key === undefined ? {} : { key }),
      ...(since === undefined ? {} : { since: resolve(since) }),
    });
    await io.value({ ok, problems, keyFingerprint, signerChecked });
    if (ok) {
      await io.line(
        signerChecked
          ? `Verified: the ${WHAT[what]} is consistent, and signed with the key you named.`
          : `The ${WHAT[what]} is consistent; signer not established.`,
      );
    } else {
      await io.line(`The ${WHAT[what]} is NOT verified: ${count(problems.length, "problem")}.`);
      for (const line of table(
        [{ title: "Where" }, { title: "What" }],
        problems.map((p) => [p.where, p.message]),
        "  ",
      )) {
        await io.line(line);
      }
    }
    if (keyFingerprint) await io.line(`Key ${keyFingerprint}`);
    if (ok && !signerChecked) {
      await io.line("Compare it with the statement that travelled another way, or give it with --key.");
    }
    // The sentence on the signer is said above.
    for (const note of notes.filter((one) => !one.startsWith("Consistent;"))) {
      for (const line of wrap(note)) await io.line(line);
    }
    return ok ? 0 : 1;
  },
};

export const rebuild: Command = {
  name: "rebuild",
  arguments: "CASE",
  summary: "Make the database again from ledger and evidence, and compare every result with the ledger's.",
  options: {
    evidence: { value: "DIR", help: "where the evidence is now; files are found by their SHA-256" },
    ...EXAMINER,
  },
  operations: ["case.rebuild"],
  async run(io) {
    const evidence = io.values.text("evidence");
    const reply = await io.request("case.rebuild", {
      case: resolve(io.positionals[0]!),
      ...(evidence === undefined ? {} : { evidence: resolve(evidence) }),
    });
    await io.value(reply);
    if (reply.unrecorded !== null) io.remark(reply.unrecorded);
    if (reply.differences.length === 0) {
      await io.line(`Rebuilt from ${count(reply.acts, "act")}; every result is the one in the ledger.`);
      return 0;
    }
    await io.line(
      `Rebuilt from ${count(reply.acts, "act")}; ${count(reply.differences.length, "result differs", "results differ")}:`,
    );
    for (const { where, message } of reply.differences) {
      for (const line of wrap(`${where}: ${message}`)) await io.line(line);
    }
    return 1;
  },
};

export const key: Command = {
  name: "key",
  arguments: "show|new|backup|restore|rotate|revoke [CASE...]",
  summary: "Show the examiners' keys of this machine, make one, keep a copy safe, replace one or end one.",
  options: { file: { value: "FILE", help: "the backup: written by backup, read by restore" }, ...EXAMINER },
  notes: [
    "rotate and revoke write an act into each CASE named, signed by the key that ends; backup writes one too.",
    "Keys are in $PORTWITNESS_HOME, outside every case. PORTWITNESS_PASSPHRASE encrypts a new one and opens an encrypted one.",
  ],
  operations: ["key.show", "key.new", "key.rotate", "key.revoke", "key.backup", "key.restore"],
  async run(io) {
    const examiner = io.values.text("examiner") ?? process.env.PORTWITNESS_EXAMINER;
    const passphrase = process.env.PORTWITNESS_PASSPHRASE;
    const action = io.positionals[0]!;
    if (action === "new") {
      if (!examiner) throw usage("key", "--examiner is missing.");
      const made = await io.request("key.new", { examiner, ...(passphrase ? { passphrase } : {}) });
      await io.value(made);
      await io.line(`A key for ${made.examiner}, kept at ${made.path}`);
      for (const line of pairs([
        ["Fingerprint", made.fingerprint],
        ["Verifier", made.verifier],
      ]))
        await io.line(line);
      return 0;
    }
    if (action === "backup" || action === "restore") {
      const file = io.values.text("file");
      if (!file) throw usage("key", "--file is missing.");
      if (action === "restore") {
        const back = await io.request("key.restore", {
          backup: resolve(file),
          ...(passphrase ? { passphrase } : {}),
        });
        await io.value(back);
        await io.line(
          `The ${back.state} key ${back.fingerprint} of ${back.examiner} is back at ${back.path}`,
        );
        return 0;
      }
      if (!examiner) throw usage("key", "--examiner is missing.");
      const kept = await io.request("key.backup", {
        examiner,
        out: resolve(file),
        cases: io.positionals.slice(1).map((path) => resolve(path)),
        ...(passphrase ? { passphrase } : {}),
      });
      await io.value(kept);
      await io.line(`The key ${kept.fingerprint} of ${kept.examiner}, encrypted, at ${kept.path}`);
      await io.line("It opens with this passphrase only: keep the two apart.");
      return 0;
    }
    if (action === "rotate" || action === "revoke") {
      if (!examiner) throw usage("key", "--examiner is missing.");
      const cases = io.positionals.slice(1).map((path) => resolve(path));
      if (action === "rotate") {
        const made = await io.request("key.rotate", {
          examiner,
          cases,
          ...(passphrase ? { passphrase } : {}),
        });
        await io.value(made);
        await io.line(`The key ${made.replaces} of ${made.examiner} signs no more.`);
        await io.line(`Its place is taken by ${made.fingerprint}, kept at ${made.path}`);
      } else {
        const ended = await io.request("key.revoke", { examiner, cases });
        await io.value(ended);
        await io.line(`The key ${ended.fingerprint} of ${ended.examiner} signs no more.`);
      }
      return 0;
    }
    if (action !== "show") throw usage("key", `"${action}" is not something that key does.`);
    const keys = await io.request("key.show", examiner === undefined ? {} : { examiner });
    for (const one of keys) await io.value(one);
    if (keys.length === 0) await io.line("No keys yet: portwitness new and portwitness key new make one.");
    for (const one of keys) {
      await io.line(one.examiner);
      const rows: [string, string][] = [
        ["Fingerprint", one.fingerprint],
        ["Verifier", one.verifier],
        ["State", one.encrypted ? `${one.state}, encrypted` : one.state],
        ["File", one.path],
      ];
      for (const line of pairs(rows)) await io.line(line);
    }
    return 0;
  },
};
