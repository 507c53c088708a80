// case.jsonld: the exhibit as a CASE/UCO 1.4.0 graph, for the tools of other laboratories: acts as investigative actions with
// their provenance records, evidence files with hashes, events with byte ranges and network connections, subscriber
// lines as accounts. CASE has no words for a clock's calibration, a NAT mapping's verdict or an attribution; those stand
// under https://portwitness.invalid/case/1/ (docs/case-extension.md). Ids are UUIDs made from content, so that a repeat is equal.
import { createHash } from "node:crypto";
import type { AttributionRow } from "../../../shared/contract/attribution";
import type { LedgerEntry } from "../../../shared/custody/ledger-line";
import { VERSION } from "../../../shared/version";
import { allSources } from "../catalogue";
import { instantText } from "./attribution-part";
import { DataFile, type ExhibitContext, type ExhibitPart } from "./context";
import { isAnswer, type Run, resultsOf } from "./runs";

type Node = { readonly [key: string]: unknown };

const CONTEXT = {
  "case-investigation": "https://ontology.caseontology.org/case/investigation/",
  portwitness: "https://portwitness.invalid/case/1/",
  "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
  "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
  "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
  "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
  "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
  "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
  xsd: "http://www.w3.org/2001/XMLSchema#",
};

const typed = (type: string, value: string) => ({ "@type": `xsd:${type}`, "@value": value });
const ref = (id: string) => ({ "@id": id });

export const casePart: ExhibitPart = {
  name: "case.jsonld",
  async build(context) {
    const graph = new Graph(context);
    try {
      await graph.write();
    } finally {
      graph.end();
    }
  },
};

class Graph {
  private readonly file: DataFile;
  private first = true;
  private readonly known = new Set<string>();

  constructor(private readonly context: ExhibitContext) {
    this.file = new DataFile(context.data, "case.jsonld");
    this.file.write(`{"@context":${JSON.stringify(CONTEXT)},"@graph":[`);
  }

  end(): void {
    this.file.write("\n]}\n");
    this.file.close();
  }

  /** An id from what the node is: the first 128 bits of a SHA-256 as a version 8 UUID (RFC 9562, 5.8). */
  private id(...parts: readonly (string | number)[]): string {
    const hash = createHash("sha256")
      .update(JSON.stringify([this.context.firstLine, ...parts]))
      .digest();
    hash[6] = (hash[6]! & 0x0f) | 0x80;
    hash[8] = (hash[8]! & 0x3f) | 0x80;
    const h = hash.toString("hex");
    return `urn:uuid:${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20, 32)}`;
  }

  private put(node: Node): void {
    this.file.write(`${this.first ? "" : ","}\n${JSON.stringify(node)}`);
    this.first = false;
  }

  /** Puts a node once. */
  private once(id: string, node: () => Node): string {
    if (!this.known.has(id)) {
      this.known.add(id);
      this.put({ "@id": id, ...node() });
    }
    return id;
  }

  async write(): Promise<void> {
    const tool = this.once(this.id("tool"), () => ({
      "@type": "uco-tool:AnalyticTool",
      "uco-core:name": "Portwitness",
      "uco-tool:version": VERSION,
    }));
    for (const entry of this.context.entries) this.act(entry, tool);
    await this.calibrations();
    for (const run of this.context.runs) await this.results(run);
  }

  private examiner(name: string): string {
    return this.once(this.id("examiner", name), () => ({
      "@type": "uco-identity:Identity",
      "uco-core:name": name,
    }));
  }

  private act(entry: LedgerEntry, tool: string): void {
    const made = entry.action === "evidence.add" ? this.evidence(entry) : [];
    this.put({
      "@id": this.id("act", entry.seq),
      "@type": "case-investigation:InvestigativeAction",
      "uco-core:name": entry.action,
      "uco-core:description": `act ${entry.seq}, result: ${entry.result}`,
      "uco-action:startTime": typed("dateTime", entry.time),
      "uco-action:performer": ref(this.examiner(entry.examiner)),
      "uco-action:instrument": ref(tool),
      ...(made.length > 0 ? { "uco-action:result": made.map(ref) } : {}),
    });
  }

  /** The files of an act and their provenance record. */
  private evidence(entry: LedgerEntry): string[] {
    const outputs = entry.outputs as {
      readonly files?: readonly { readonly [key: string]: unknown }[];
    } | null;
    const files = (outputs?.files ?? []).map((file, i) => {
      const id = this.fileId(entry.seq, i);
      this.known.add(id);
      const hash = this.id("hash", entry.seq, i);
      this.put({
        "@id": id,
        "@type": "uco-observable:File",
        "uco-core:hasFacet": [
          {
            "@id": this.id("file-facet", entry.seq, i),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": String(file.name ?? ""),
            "uco-observable:sizeInBytes": Number(file.size ?? 0),
          },
          {
            "@id": this.id("content-facet", entry.seq, i),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": {
              "@id": hash,
              "@type": "uco-types:Hash",
              "uco-types:hashMethod": "SHA256",
              "uco-types:hashValue": typed("hexBinary", String(file.sha256 ?? "")),
            },
          },
        ],
      });
      return id;
    });
    if (files.length === 0) return [];
    const record = this.id("provenance", entry.seq);
    this.put({
      "@id": record,
      "@type": "case-investigation:ProvenanceRecord",
      "case-investigation:exhibitNumber": String(entry.seq),
      "uco-core:object": files.map(ref),
    });
    return [...files, record];
  }

  private fileId(act: number, file: number): string {
    return this.id("file", act, file);
  }

  private async calibrations(): Promise<void> {
    const rows = await this.context.live.db.query(
      "SELECT seq, body FROM calibration WHERE seq <= ? ORDER BY seq",
      [this.context.entries.length],
    );
    for (const row of rows) {
      const { calibration } = JSON.parse(String(row.body)) as {
        calibration: {
          id: string;
          source: string;
          against: string | null;
          method: string;
          statement: string;
          segments: readonly {
            offsetUs: number;
            skewPpm: number;
            uncertaintyUs: number;
            guardUs: number;
            fromUs: number;
            toUs: number;
          }[];
        };
      };
      this.put({
        "@id": this.id("calibration", Number(row.seq)),
        "@type": ["uco-core:UcoObject", "portwitness:ClockCalibration"],
        "uco-core:name": calibration.id,
        "uco-core:description": calibration.statement,
        "portwitness:source": calibration.source,
        ...(calibration.against === null ? {} : { "portwitness:reference": calibration.against }),
        "portwitness:method": calibration.method,
        "portwitness:segment": calibration.segments.map((s, i) => ({
          "@id": this.id("segment", Number(row.seq), i),
          "@type": "portwitness:ClockSegment",
          "portwitness:fromUs": s.fromUs,
          "portwitness:toUs": s.toUs,
          "portwitness:offsetUs": s.offsetUs,
          "portwitness:skewPpm": typed("decimal", s.skewPpm.toFixed(6)),
          "portwitness:uncertaintyUs": s.uncertaintyUs,
          "portwitness:guardUs": s.guardUs,
        })),
      });
    }
  }

  private async results(run: Run): Promise<void> {
    const { live, io } = this.context;
    const source = (await allSources(live.db)).find((s) => s.n === run.eventsN);
    for await (const rows of resultsOf(live, run, io.signal)) {
      if (rows.length === 0) continue;
      const places = new Map<number, { file: number; length: number }>();
      const ids = rows.map((row) => row.row).join(", ");
      for (const r of await live.db.query(
        `SELECT rowid AS "row", file, length FROM "record_${run.eventsN}" WHERE rowid IN (${ids}) ORDER BY rowid`,
      ))
        places.set(Number(r.row), { file: Number(r.file), length: Number(r.length) });
      for (const row of rows) this.result(run, row, source?.n ?? run.eventsN, places.get(row.row));
    }
  }

  private result(
    run: Run,
    row: AttributionRow,
    n: number,
    place: { file: number; length: number } | undefined,
  ): void {
    const event = this.event(run, row, n, place);
    const named = isAnswer(row);
    this.put({
      "@id": this.id("attribution", run.seq, row.row),
      "@type": ["uco-core:UcoObject", "portwitness:Attribution"],
      "portwitness:event": ref(event),
      "portwitness:verdict": row.verdict,
      "portwitness:rule": row.rule,
      ...(row.intervalFromUs === null ? {} : { "portwitness:intervalFromUs": row.intervalFromUs }),
      ...(row.intervalToUs === null ? {} : { "portwitness:intervalToUs": row.intervalToUs }),
      ...(row.flipUs === null ? {} : { "portwitness:flipUs": row.flipUs }),
      ...(named
        ? { "portwitness:subscriberLine": ref(this.account(row.subscriber ?? row.insideIp ?? "")) }
        : {}),
    });
  }

  private event(
    run: Run,
    row: AttributionRow,
    n: number,
    place: { file: number; length: number } | undefined,
  ): string {
    const id = this.id("event", n, row.row);
    return this.once(id, () => {
      const facets: Node[] = [
        {
          "@id": this.id("record-facet", n, row.row),
          "@type": "uco-observable:EventRecordFacet",
          "uco-observable:eventRecordID": `${run.events} line ${row.line}`,
          ...(row.timeUs === null
            ? {}
            : { "uco-observable:observableCreatedTime": typed("dateTime", instantText(row.timeUs) ?? "") }),
        },
        {
          "@id": this.id("range-facet", n, row.row),
          "@type": "uco-observable:DataRangeFacet",
          "uco-observable:rangeOffset": row.offset,
          "uco-observable:rangeSize": place?.length ?? 0,
        },
      ];
      if (row.srcIp !== null) {
        facets.push({
          "@id": this.id("connection-facet", n, row.row),
          "@type": "uco-observable:NetworkConnectionFacet",
          "uco-observable:src": ref(this.address(row.srcIp)),
          ...(row.srcPort === null ? {} : { "uco-observable:sourcePort": row.srcPort }),
        });
      }
      const file = this.fileId(n, place?.file ?? 0);
      if (this.known.has(file)) {
        this.put({
          "@id": this.id("within", n, row.row),
          "@type": "uco-observable:ObservableRelationship",
          "uco-core:source": ref(id),
          "uco-core:target": ref(file),
          "uco-core:kindOfRelationship": "Contained_Within",
          "uco-core:isDirectional": true,
        });
      }
      return {
        "@type": ["uco-observable:EventRecord", "uco-observable:NetworkConnection"],
        "uco-core:hasFacet": facets,
      };
    });
  }

  private address(text: string): string {
    const kind = text.includes(":") ? "IPv6Address" : "IPv4Address";
    return this.once(this.id("address", text), () => ({
      "@type": `uco-observable:${kind}`,
      "uco-core:hasFacet": {
        "@id": this.id("address-facet", text),
        "@type": `uco-observable:${kind}Facet`,
        "uco-observable:addressValue": text,
      },
    }));
  }

  private account(identifier: string): string {
    return this.once(this.id("account", identifier), () => ({
      "@type": "uco-observable:Account",
      "uco-core:description":
        "A subscriber line, as the operator's records name it; not a person and not a device.",
      "uco-core:hasFacet": {
        "@id": this.id("account-facet", identifier),
        "@type": "uco-observable:AccountFacet",
        "uco-observable:accountIdentifier": identifier,
      },
    }));
  }
}
