// The statement beside an exhibit: seal, key and the digests of what checks it, on one page that travels another way. It
// is what finds out a forger who replaced the whole bag, its verifier and its key included (CASE, "Seal").
import { base64 } from "../../../shared/custody/bytes";
import { TOOL } from "../../../shared/version";
import { compilePdf } from "./compile";
import template from "./statement.typ?raw";
import { count, printable } from "./text";
import { languageOf } from "./words";

export interface StatementFacts {
  readonly caseTitle: string;
  readonly language: string;
  /** RFC 3339 time of the last covered act. */
  readonly date: string;
  readonly examiner: string;
  readonly fingerprint: string;
  readonly seal: string;
  readonly manifest: string;
  /** SHA-256 of data/verify.mjs and data/viewer.html; null where the exhibit has none. */
  readonly verifier: string;
  readonly viewer: string | null;
  readonly ledgerSize: number;
  readonly ledgerRoot: Uint8Array;
  /** SHA-256 of the last covered line. */
  readonly ledgerHead: string;
}

interface Words {
  readonly kind: string;
  readonly footer: string;
  readonly send: string;
  readonly labels: Readonly<Record<"state" | "program" | "sealedBy" | "ledger" | "root", string>>;
  readonly acts: (n: string) => string;
  readonly digestsTitle: string;
  readonly digests: Readonly<
    Record<"fingerprint" | "seal" | "manifest" | "verifier" | "viewer" | "head", string>
  >;
  readonly checkTitle: string;
  readonly steps: (fingerprint: string) => readonly { readonly text: string; readonly command: string }[];
  readonly limitTitle: string;
  readonly limits: readonly string[];
  readonly signed: readonly string[];
}

const en: Words = {
  kind: "Statement to an exhibit",
  footer: "Portwitness. Keep this page apart from the exhibit.",
  send: "Send this page another way than the exhibit: on paper, or over another channel. It shows whether the exhibit that arrived is the one that was sealed.",
  labels: {
    state: "State of",
    program: "Made with",
    sealedBy: "Sealed by",
    ledger: "Ledger",
    root: "Ledger's root",
  },
  acts: (n) => `${n} acts`,
  digestsTitle: "Digests (SHA-256)",
  digests: {
    fingerprint: "Fingerprint of the signing key",
    seal: "seal.note",
    manifest: "manifest-sha256.txt",
    verifier: "data/verify.mjs, the stand-alone verifier",
    viewer: "data/viewer.html, the page to look at",
    head: "Head of the ledger: the last line of data/custody.jsonl, without its line feed",
  },
  checkTitle: "How to check the exhibit",
  steps: (fingerprint) => [
    {
      text: "In the exhibit's folder, compare the digests of these files with the ones above.",
      command: "sha256sum seal.note data/verify.mjs data/viewer.html",
    },
    {
      text: "Let the verifier check every file and signature, with the key of this page. It needs Node.js 18 or newer and no network.",
      command: `node data/verify.mjs --key ${fingerprint}`,
    },
    {
      text: "Open data/viewer.html in a browser, choose “Check this file”, enter the fingerprint, and drop the exhibit's folder there.",
      command: "",
    },
  ],
  limitTitle: "What this shows, and what it does not",
  limits: [
    "If all agree, the exhibit is byte for byte the one that the holder of this key sealed. Without this page the exhibit can only be shown to agree with itself.",
    "The times are the workstation's own claim. A result names a subscriber line, not a person or a device.",
  ],
  signed: ["Place, date", "Signature"],
};

const de: Words = {
  kind: "Erklärung zu einem Beweisstück",
  footer: "Portwitness. Diese Seite getrennt vom Beweisstück verwahren.",
  send: "Diese Seite auf anderem Weg senden als das Beweisstück: auf Papier oder über einen anderen Kanal. Sie zeigt, ob das angekommene Beweisstück das versiegelte ist.",
  labels: {
    state: "Stand",
    program: "Hergestellt mit",
    sealedBy: "Versiegelt von",
    ledger: "Journal",
    root: "Wurzel des Journals",
  },
  acts: (n) => `${n} Vorgänge`,
  digestsTitle: "Prüfsummen (SHA-256)",
  digests: {
    fingerprint: "Fingerabdruck des Signaturschlüssels",
    seal: "seal.note",
    manifest: "manifest-sha256.txt",
    verifier: "data/verify.mjs, das eigenständige Prüfprogramm",
    viewer: "data/viewer.html, die Seite zum Ansehen",
    head: "Kopf des Journals: die letzte Zeile von data/custody.jsonl ohne ihren Zeilenvorschub",
  },
  checkTitle: "So wird das Beweisstück geprüft",
  steps: (fingerprint) => [
    {
      text: "Im Ordner des Beweisstücks die Prüfsummen dieser Dateien mit den obigen vergleichen.",
      command: "sha256sum seal.note data/verify.mjs data/viewer.html",
    },
    {
      text: "Das Prüfprogramm jede Datei und Signatur prüfen lassen, mit dem Schlüssel dieser Seite. Es braucht Node.js 18 oder neuer und kein Netz.",
      command: `node data/verify.mjs --key ${fingerprint}`,
    },
    {
      text: "data/viewer.html im Browser öffnen, „Diese Datei prüfen“ wählen, den Fingerabdruck eintragen und den Ordner des Beweisstücks dort ablegen.",
      command: "",
    },
  ],
  limitTitle: "Was dies zeigt und was nicht",
  limits: [
    "Stimmt alles überein, so ist das Beweisstück Byte für Byte das, welches der Inhaber dieses Schlüssels versiegelt hat. Ohne diese Seite lässt sich nur zeigen, dass das Beweisstück in sich stimmig ist.",
    "Die Zeiten behauptet der Arbeitsplatz selbst. Ein Ergebnis benennt einen Anschluss, weder eine Person noch ein Gerät.",
  ],
  signed: ["Ort, Datum", "Unterschrift"],
};

/** Hex in groups of four, for reading aloud. */
const groups = (hex: string): string[] => hex.match(/.{4}/g) ?? [];

export function statementModel(facts: StatementFacts): Record<string, unknown> {
  const lang = languageOf(facts.language);
  const words = lang === "de" ? de : en;
  const { labels, digests } = words;
  const listed: [string, string | null][] = [
    [digests.fingerprint, facts.fingerprint],
    [digests.seal, facts.seal],
    [digests.manifest, facts.manifest],
    [digests.verifier, facts.verifier],
    [digests.viewer, facts.viewer],
    [digests.head, facts.ledgerHead],
  ];
  return {
    lang,
    kind: words.kind,
    footer: words.footer,
    send: words.send,
    caseTitle: printable(facts.caseTitle),
    facts: [
      { label: labels.state, value: facts.date },
      { label: labels.program, value: TOOL },
      { label: labels.sealedBy, value: printable(facts.examiner) },
      { label: labels.ledger, value: words.acts(count(facts.ledgerSize, lang)) },
      { label: labels.root, value: base64(facts.ledgerRoot), mono: true },
    ],
    digestsTitle: words.digestsTitle,
    digests: listed.flatMap(([label, hex]) => (hex === null ? [] : [{ label, groups: groups(hex) }])),
    checkTitle: words.checkTitle,
    steps: words.steps(facts.fingerprint),
    limitTitle: words.limitTitle,
    limits: words.limits,
    signed: words.signed,
  };
}

/** The page as PDF/A-2b; its date is that of the last covered act. */
export const statementPdf = (facts: StatementFacts): Buffer =>
  compilePdf(template, statementModel(facts), { timestamp: Math.floor(Date.parse(facts.date) / 1000) });
