// Connection and process ids of both logs as numbers that can be compared: one dictionary for both. Read only where both
// logs carry an id of the same kind, since some formats leave their fields in the evidence.
import type { Parser } from "../../../shared/formats/format";
import { idValue, PROGRAM_RANGE, sharedKinds } from "../../../shared/portjoin/ids";
import type { OpenCase } from "../case/open-case";
import type { SourceRow } from "../catalogue";
import { EvidenceReader, missingEvidence, sourceFiles } from "../records/bytes";
import { parserOf } from "../records/rows";

export interface Place {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  /** Stored fields as JSON; null where they stand in the evidence. */
  readonly fields: string | null;
}

export interface IdReader {
  read(place: Place): Promise<{ connection: number; process: number; handsOn: number }>;
}

type Fields = Readonly<Record<string, string | number | null>>;

/** Takes connections first and hands each on to smtpd: its line and smtpd's are of one connection. */
const HANDS_ON = /(?:^|\/)postscreen$/;

/** Records looked at to learn which fields a log has. */
const SAMPLE = 50;

class FieldReader {
  private constructor(
    private readonly parser: Parser | null,
    private readonly reader: EvidenceReader,
    private readonly files: Awaited<ReturnType<typeof sourceFiles>>,
  ) {}

  static async open(openCase: OpenCase, source: SourceRow): Promise<FieldReader> {
    const files = await sourceFiles(openCase.db, source.n);
    return new FieldReader(parserOf(source), new EvidenceReader(openCase.path, files), files);
  }

  async fields(place: Place): Promise<Fields> {
    if (place.fields !== null) return JSON.parse(place.fields) as Fields;
    if (!this.parser?.explain) return {};
    const bytes = await this.reader.read(place.file, place.offset, place.length);
    // A join without the ids would be another join: better none.
    if (bytes === null) throw missingEvidence(this.files[place.file]!);
    return this.parser.explain(bytes).fields;
  }

  close(): void {
    this.reader.close();
  }
}

export interface Ids {
  /** What both logs carry; null where they share none. */
  readonly connection: string | null;
  readonly process: string | null;
  readonly main: IdReader;
  readonly other: IdReader;
  /** Host names that the first records of each log give, without their domain. */
  readonly hosts: readonly [readonly string[], readonly string[]];
  close(): void;
}

export async function openIds(openCase: OpenCase, main: SourceRow, other: SourceRow): Promise<Ids> {
  const readers = [await FieldReader.open(openCase, main), await FieldReader.open(openCase, other)] as const;
  const samples = await Promise.all([main, other].map((s, i) => sample(openCase, s, readers[i]!)));
  const names = samples.map((fields) => [...new Set(fields.flatMap((f) => Object.keys(f)))].sort());
  const { connection, process } = sharedKinds(names[0]!, names[1]!);
  const dictionary = new Map<string, number>();
  const number = (value: string | null): number => {
    if (value === null) return -1;
    const known = dictionary.get(value) ?? dictionary.size;
    dictionary.set(value, known);
    return known;
  };
  const processOf = (fields: Fields): number => {
    const id = number(idValue(fields, process));
    const { program } = fields;
    return id < 0
      ? -1
      : number(typeof program === "string" ? `program ${program}` : "no program") * PROGRAM_RANGE + id;
  };
  const idReader = (reader: FieldReader): IdReader => ({
    async read(place) {
      if (connection === null && process === null) return { connection: -1, process: -1, handsOn: 0 };
      const fields = await reader.fields(place);
      return {
        connection: number(idValue(fields, connection)),
        process: processOf(fields),
        handsOn: HANDS_ON.test(String(fields.program ?? "")) ? 1 : 0,
      };
    },
  });
  return {
    connection,
    process,
    main: idReader(readers[0]),
    other: idReader(readers[1]),
    hosts: [hosts(samples[0]!), hosts(samples[1]!)],
    close: () => {
      for (const reader of readers) reader.close();
    },
  };
}

async function sample(openCase: OpenCase, source: SourceRow, reader: FieldReader): Promise<Fields[]> {
  const rows = await openCase.db.query(
    `SELECT file, "offset", length, fields FROM "record_${source.n}" r WHERE r.rowid < ? ORDER BY r.rowid`,
    [SAMPLE],
  );
  const out: Fields[] = [];
  for (const row of rows) {
    out.push(
      await reader.fields({
        file: Number(row.file),
        offset: Number(row.offset),
        length: Number(row.length),
        fields: row.fields === null ? null : String(row.fields),
      }),
    );
  }
  return out;
}

const hosts = (samples: readonly Fields[]): string[] =>
  [
    ...new Set(
      samples.flatMap(({ host }) =>
        typeof host === "string" && host !== "" && host !== "-" ? [host.toLowerCase().split(".")[0]!] : [],
      ),
    ),
  ].sort();
