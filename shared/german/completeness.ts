// What is said of the completeness of an operator's records (../attribution/completeness.ts, ../attribution/strangers.ts).
import { built, figure, plain, type Sentence } from "./patterns";

const FAULTS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  "sequence gap": ["einer Lücke in der Zählung", "Lücken in der Zählung"],
  silence: ["einer Stille", "Zeiten der Stille"],
  "unpaired release": ["einer Freigabe ohne Gegenstück", "Freigaben ohne Gegenstück"],
};
/** "1 sequence gap, 2 silences", after "innerhalb einer halben Stunde von". */
const faults = (list: string): string =>
  list
    .split(", ")
    .map((one) => {
      const [, n = "", kind = ""] = /^(\d+) (.+?)s?$/.exec(one) ?? [];
      const words = FAULTS[kind];
      return words ? (n === "1" ? words[0] : `${n} ${words[1]}`) : one;
    })
    .join(", ");

const FIGURES =
  "{n} of {n} other connections found no mapping, at most {n} %(?: to {n} %)? of records lost \\(95 %, limit {n} %, " +
  "or {n} % after multiplication by the share of connections beside which another party's hold lies, here at most {n} %\\)";

/** A pool's name may say by whose figures it was judged (electron/engine/attribution/pools.ts). */
const judgedBy = (pool: string | undefined): string | undefined =>
  pool?.replace(", by the operator's own figures (", ", nach eigenen Angaben des Betreibers (");

export const COMPLETENESS: readonly Sentence[] = [
  plain(
    "{x}: no other connection bears on it; completeness is not shown.",
    "{1}: Keine andere Verbindung sagt etwas darüber; Vollständigkeit ist nicht gezeigt.",
  ),
  plain(
    "{x}: an operator's reply to a query is an extract; completeness is not shown.",
    "{1}: Die Antwort eines Betreibers auf eine Anfrage ist ein Auszug; Vollständigkeit ist nicht gezeigt.",
  ),
  built(
    `{x}: completeness is (not shown|shown|shown in {n} of {n} stretches); ${FIGURES}; {n} % fit by chance half an hour away(?:; within half an hour of ([^.]+?) it is not)?\\.`,
    ([pool, how, a, b, unmatched, total, best, worst, limit, mistaken, others, chance, near]) => {
      const shown =
        how === "shown"
          ? "gezeigt"
          : how === "not shown"
            ? "nicht gezeigt"
            : `in ${a} von ${b} Abschnitten gezeigt`;
      const lost = worst === undefined ? `${figure(best)} %` : `${figure(best)} % bis ${figure(worst)} %`;
      const not =
        near === undefined ? "" : `; innerhalb einer halben Stunde von ${faults(near)} ist sie es nicht`;
      return `${judgedBy(pool)}: Vollständigkeit ist ${shown}; ${figure(unmatched)} von ${figure(total)} anderen Verbindungen fanden keine Zuordnung, höchstens ${lost} der Datensätze fehlen (95 %, Grenze ${figure(limit)} %, oder ${figure(mistaken)} % nach Multiplikation mit dem Anteil der Verbindungen, neben denen eine andere Partei den Port hält, hier höchstens ${figure(others)} %); ${figure(chance)} % passen eine halbe Stunde daneben durch Zufall${not}.`;
    },
  ),
  built(
    '{x}: {n} of {n} connections found no mapping at all\\. (Many of them did not pass this NAT or are of another time, so that a match may be chance|In (?:a stretch|(\\d+) stretches) they stand close together: the clock was another there, the log has a hole, or they did not pass this NAT); no answer there is "unique"\\.',
    ([pool, unmatched, total, where, stretches]) => {
      const why = where?.startsWith("Many")
        ? "Viele davon liefen nicht über dieses NAT oder gehören zu einer anderen Zeit, sodass eine Übereinstimmung Zufall sein kann"
        : `In ${stretches === undefined ? "einem Abschnitt" : `${stretches} Abschnitten`} stehen sie dicht beieinander: Die Uhr ging dort anders, das Protokoll hat eine Lücke, oder sie liefen nicht über dieses NAT`;
      return `${pool}: ${figure(unmatched)} von ${figure(total)} Verbindungen fanden überhaupt keine Zuordnung. ${why}; keine Antwort dort ist „unique“.`;
    },
  ),
];
