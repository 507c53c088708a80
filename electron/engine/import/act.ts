// evidence.add as an act: reads each file once, keeps records and rejects in staging, checks conservation and expected
// hashes, builds mappings, and publishes all of it under the act's number. A replay runs the same code on the same
// bytes, found by their hash.
import { statSync } from "node:fs";
import { ProductError } from "../../../shared/errors";
import type { ParseOptions } from "../../../shared/formats/format";
import { formatById } from "../../../shared/formats/registry";
import { zeroCounts } from "../../../shared/record/batch";
import type { Role } from "../../../shared/record/columns";
import type { ActIo, ActKind, Json, Staged } from "../case/act";
import type { OpenCase } from "../case/open-case";
import { allSources } from "../catalogue";
import { nativeOf } from "../database/native";
import { buildMappings, type MappingCounts } from "../nat/mappings";
import { type DecodedMember, decode, packingOf } from "./decoded";
import { checkSpace, spaceNeeded } from "./disk-space";
import { copyEvidence, findEvidence } from "./evidence-file";
import { type ImportedFile, importFiles, stagingTables } from "./import-files";
import type { Job } from "./job";
import { publishRecords } from "./record-table";
import type { HashName, ScanFile } from "./scan";
import { type ZoneData, zoneDataOf, zoneRuleOf } from "./zone-data";

/** All that a replay needs besides the bytes. Paths and other free text are references (OpenCase.hideText). */
export type AddParameters = {
  readonly name: string;
  readonly role: Role;
  readonly format: string;
  readonly layout: string | null;
  readonly map: { readonly [key: string]: string } | null;
  readonly zone: string | null;
  readonly year: number | null;
  readonly files: readonly { readonly name: string; readonly path: Json }[];
  readonly expect: readonly string[];
  readonly copy: boolean;
  /** Absent where fields are read back from the evidence. */
  readonly storeFields?: true;
  readonly extent: "full" | "query";
  readonly windowFromUs: number | null;
  readonly windowToUs: number | null;
  readonly retentionUs: number | null;
  readonly receivedFrom: Json;
  readonly receivedAtUs: number | null;
  readonly exhibitRef: Json;
  readonly authority: Json;
};

/** One file (or member of an archive) in the outputs: the contract's AddReport without its path. */
export type AddedFile = {
  /** Index of the file in the parameters; the members of an archive share it. */
  readonly given: number;
  readonly name: string;
  readonly source: string;
  readonly role: Role;
  readonly format: string;
  readonly layout: string | null;
  readonly sha256: string;
  readonly memberSha256: string | null;
  readonly member: string | null;
  /** Bytes of the evidence file, and of what was parsed (an archive's member). */
  readonly size: number;
  readonly bytes: number;
  readonly lines: number;
  readonly recordLines: number;
  readonly records: number;
  readonly rejects: number;
  readonly blank: number;
  readonly headers: number;
  readonly partial: number;
  readonly withPort: number;
  readonly lost: number;
  readonly noTemplate: number;
  readonly firstTimeUs: number | null;
  readonly lastTimeUs: number | null;
};
export type AddOutputs = {
  readonly rows: number;
  readonly files: readonly AddedFile[];
  readonly mappings: Readonly<Record<keyof MappingCounts, number>> | null;
  readonly zoneData: ZoneData | null;
};

export const hasMappings = (role: Role): boolean => role === "nat" || role === "subscriber";

export const evidenceAddKind: ActKind<AddParameters> = {
  action: "evidence.add",

  async stage(openCase: OpenCase, staging: string, p: AddParameters, io: ActIo): Promise<Staged> {
    const db = nativeOf(openCase.db);
    if ((await allSources(db)).some((s) => s.name === p.name)) {
      throw new ProductError(
        "usage",
        `The case has a source named "${p.name}" already.`,
        "Give another name with --as.",
      );
    }
    const format = formatById(p.format);
    if (!format)
      throw new ProductError(
        "usage",
        `There is no format "${p.format}".`,
        '"portwitness formats" lists them.',
      );
    const paths = await pathsOf(openCase, p, io);
    const units = await unitsOf(openCase.path, p, paths, io);
    const files = units.map((unit) => unit.file);
    const options: ParseOptions = {
      layout: p.layout ?? undefined,
      map: p.map ?? undefined,
      zone: zoneRuleOf(p.zone, io.recorded),
      year: p.year ?? undefined,
      storeFields: p.storeFields,
    };
    const job: Job = {
      files,
      format: p.format,
      options,
      role: p.role,
      addresses: (await db.query("SELECT id, text FROM address ORDER BY id")) as unknown as Job["addresses"],
      texts: (await db.query("SELECT id, text FROM text_value ORDER BY id")) as unknown as Job["texts"],
    };
    const sizes = files.map((file) => sizeOf(file.path));
    const copied = p.copy && io.recorded === undefined ? paths.map((path) => sizeOf(path)) : [];
    checkSpace(openCase.path, spaceNeeded(p, sizes, copied), p.name);
    const imported = await importFiles(db, staging, job, sizes, io);
    imported.forEach((file, i) => {
      checkConservation(files[i]!, file);
    });
    const whole = wholeFiles(units, imported);
    checkExpected(p, paths, whole);
    checkRecorded(io.recorded, p, paths, whole);
    const tables = stagingTables(staging);
    const spans = await db.query(
      `SELECT file, min(time_us) AS first, max(time_us) AS last FROM "${tables.record}" GROUP BY file ORDER BY file`,
    );
    const mappings = hasMappings(p.role)
      ? await buildMappings(
          db,
          { record: tables.record, mapping: `${staging}_mapping`, rowMapping: `${staging}_row_mapping` },
          { writes: format.gives.writes },
          io,
        )
      : null;
    if (p.copy && io.recorded === undefined) {
      for (const [i, path] of paths.entries()) {
        io.progress({ doing: `Copying ${p.files[i]!.name}`, done: i, total: paths.length, unit: "steps" });
        await copyEvidence(path, openCase.path, whole[i]!.hashes.sha256!, io.signal);
      }
    }
    const outputs: AddOutputs = {
      rows: imported.reduce((n, file) => n + file.records, 0),
      files: imported.map((file, i) => {
        const span = spans.find((row) => row.file === i);
        const times = { first: (span?.first as number) ?? null, last: (span?.last as number) ?? null };
        return report(p, units[i]!, whole[units[i]!.given]!, file, times);
      }),
      mappings: mappings === null ? null : { ...mappings },
      zoneData: zoneDataOf(options.zone, spans, io.recorded),
    };
    return { outputs, result: "done" };
  },

  async publish(openCase, staging, seq, p, outputs): Promise<void> {
    const { db } = openCase;
    const out = outputs as unknown as AddOutputs;
    const format = formatById(p.format);
    const tables = stagingTables(staging);
    await publishRecords(db, tables, seq, p.role);
    await db.run(`ALTER TABLE "${tables.reject}" RENAME TO "reject_${seq}"`);
    if (hasMappings(p.role)) {
      await db.run(`ALTER TABLE "${staging}_mapping" RENAME TO "mapping_${seq}"`);
      await db.run(`ALTER TABLE "${staging}_row_mapping" RENAME TO "row_mapping_${seq}"`);
    }
    await db.run(`INSERT INTO address SELECT * FROM "${tables.address}" ORDER BY id`);
    await db.run(`INSERT INTO text_value SELECT * FROM "${tables.text}" ORDER BY id`);
    await db.run(`INSERT INTO source VALUES (${new Array(15).fill("?").join(", ")})`, [
      seq,
      p.name,
      p.role,
      p.format,
      p.layout,
      p.map === null ? null : JSON.stringify(p.map),
      p.zone,
      p.year,
      format?.gives.writes ?? "truncates",
      out.rows,
      p.extent,
      p.windowFromUs,
      p.windowToUs,
      p.retentionUs,
      p.receivedAtUs,
    ]);
    for (const [i, f] of out.files.entries()) {
      await db.run(`INSERT INTO source_file VALUES (${new Array(20).fill("?").join(", ")})`, [
        seq,
        i,
        openCase.revealText(p.files[f.given]!.path) ?? "",
        f.member,
        f.sha256,
        f.memberSha256,
        f.size,
        f.lines,
        f.recordLines,
        f.records,
        f.rejects,
        f.blank,
        f.headers,
        f.partial,
        f.withPort,
        f.lost,
        f.noTemplate,
        f.firstTimeUs,
        f.lastTimeUs,
        f.bytes,
      ]);
    }
  },
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Where to read each file: in a replay by recorded hash, else at its path. */
async function pathsOf(openCase: OpenCase, p: AddParameters, io: ActIo): Promise<string[]> {
  const recorded = io.recorded as unknown as AddOutputs | undefined;
  const paths: string[] = [];
  for (const [i, file] of p.files.entries()) {
    const path = openCase.revealText(file.path);
    const before = recorded?.files.find((f) => f.given === i);
    if (before) {
      const wanted = { name: file.name, path, sha256: before.sha256, size: before.size };
      paths.push(await findEvidence(wanted, openCase.path, io.evidenceFolder, io.signal));
    } else if (path !== null) paths.push(path);
    else
      throw new ProductError(
        "input",
        `The path of ${file.name} was withheld.`,
        "Name its folder with --evidence.",
      );
  }
  return paths;
}

/** What is read: a file as it is, or a member of a packed one. */
interface Unit {
  readonly given: number;
  readonly file: ScanFile;
  readonly packed: { readonly member: DecodedMember; readonly whole: WholeFile } | null;
}

/** A file as it was given: what is hashed, expected and copied. */
interface WholeFile {
  readonly hashes: Readonly<Partial<Record<HashName, string>>>;
  readonly size: number;
}

async function unitsOf(
  casePath: string,
  p: AddParameters,
  paths: readonly string[],
  io: ActIo,
): Promise<Unit[]> {
  const names = hashNames(p.expect);
  const units: Unit[] = [];
  for (const [given, path] of paths.entries()) {
    const { name } = p.files[given]!;
    if (packingOf(path) === null) {
      units.push({ given, file: { path, name, hashes: names }, packed: null });
      continue;
    }
    const decoded = await decode(path, casePath, names, io);
    for (const member of decoded.members) {
      const file: ScanFile = { path: member.path, name: `${name}: ${member.name}`, hashes: ["sha256"] };
      units.push({ given, file, packed: { member, whole: decoded } });
    }
    if (decoded.members.length === 0) {
      throw new ProductError("input", `${name} has no file in it.`, "Check that it is the right one.", {
        file: path,
      });
    }
  }
  return units;
}

function wholeFiles(units: readonly Unit[], imported: readonly ImportedFile[]): WholeFile[] {
  const out: WholeFile[] = [];
  units.forEach((unit, i) => {
    out[unit.given] = unit.packed?.whole ?? { hashes: imported[i]!.hashes, size: imported[i]!.bytes };
  });
  return out;
}

/** Rule of evidence 1: the lines counted from the bytes are the lines that the parser accounted for. */
function checkConservation(file: ScanFile, { counts, lines }: ImportedFile): void {
  const told = counts.recordLines + counts.rejects + counts.blanks + counts.headers;
  if (told === lines) return;
  throw new ProductError(
    "internal",
    `${file.name} has ${lines} lines, but ${told} were accounted for (${counts.recordLines} in records, ${counts.rejects} rejects, ${counts.blanks} blank, ${counts.headers} headers). Nothing was stored.`,
    "Report this: the format's reader loses or repeats lines.",
    { file: file.path },
  );
}

const HASH_OF_LENGTH: Readonly<Record<number, HashName>> = {
  32: "md5",
  40: "sha1",
  64: "sha256",
  128: "sha512",
};

/** Hashes to compute: always SHA-256, others where one is expected. Throws "usage" for what is no hash. */
export function hashNames(expect: readonly string[]): HashName[] {
  const names = new Set<HashName>(["sha256"]);
  for (const text of expect) {
    const name = /^[0-9a-fA-F]+$/.test(text) ? HASH_OF_LENGTH[text.length] : undefined;
    if (!name)
      throw new ProductError(
        "usage",
        `"${text}" is no hash.`,
        "Give --expect an MD5, SHA-1, SHA-256 or SHA-512 in hex.",
      );
    names.add(name);
  }
  return [...names];
}

/** With one file, every expected hash must be its; with several, each must be that of one of them. */
function checkExpected(p: AddParameters, paths: readonly string[], whole: readonly WholeFile[]): void {
  for (const text of p.expect) {
    const name = HASH_OF_LENGTH[text.length]!;
    const found = whole.map((file) => file.hashes[name]);
    if (found.includes(text.toLowerCase())) continue;
    throw new ProductError(
      "input",
      whole.length === 1
        ? `${p.files[0]!.name} is not what was expected: its ${name.toUpperCase()} is ${found[0]}, not ${text.toLowerCase()}.`
        : `None of the files has the expected ${name.toUpperCase()} ${text.toLowerCase()}.`,
      "Ask the sender which file the hash is of; nothing was stored.",
      { file: paths[0]! },
    );
  }
}

/** In a replay the bytes must be those that the ledger recorded. */
function checkRecorded(
  recorded: Json | undefined,
  p: AddParameters,
  paths: readonly string[],
  whole: readonly WholeFile[],
): void {
  if (recorded === undefined) return;
  const before = (recorded as unknown as AddOutputs).files;
  whole.forEach((file, given) => {
    const sha256 = before.find((f) => f.given === given)?.sha256;
    if (sha256 === undefined || sha256 === file.hashes.sha256) return;
    throw new ProductError(
      "input",
      `${p.files[given]!.name} is no longer what was added: its SHA-256 is ${file.hashes.sha256}, the ledger has ${sha256}.`,
      "Name a folder that holds the original with --evidence.",
      { file: paths[given]! },
    );
  });
}

function report(
  p: AddParameters,
  { given, packed }: Unit,
  whole: WholeFile,
  { counts, bytes, lines, records }: ImportedFile,
  times: { readonly first: number | null; readonly last: number | null },
): AddedFile {
  const c = { ...zeroCounts(), ...counts };
  return {
    given,
    name: p.files[given]!.name,
    source: p.name,
    role: p.role,
    format: p.format,
    layout: p.layout,
    sha256: whole.hashes.sha256!,
    memberSha256: packed?.member.sha256 ?? null,
    member: packed?.member.name ?? null,
    size: whole.size,
    bytes,
    lines,
    recordLines: c.recordLines,
    records,
    rejects: c.rejects,
    blank: c.blanks,
    headers: c.headers,
    partial: c.partial,
    withPort: c.withPort,
    lost: c.lost,
    noTemplate: c.noTemplate,
    firstTimeUs: times.first,
    lastTimeUs: times.last,
  };
}
