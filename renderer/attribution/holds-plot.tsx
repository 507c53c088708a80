// Who could hold the address and port: one lane a party, the certain hold solid, the possible hatched, and the event's
// bracket drawn through all of them; below, what each change of the offset would make of the verdict.
import type { Reply } from "../../shared/contract/contract";
import { useZone } from "../frame/store";
import { VerdictSign } from "../signs/icons";
import { offsetWords, timeParts, timeText } from "../signs/time-format";
import { t } from "../words/words";

export type Detail = Reply<"attribution.detail">;

const W = 1000;
const LEFT = 168;
const RIGHT = 976;
const LANE = 44;
const TOP = 46;

export function HoldsPlot({ detail }: { detail: Detail }) {
  const zone = useZone();
  const { result, holds } = detail;
  const { intervalFromUs: from, intervalToUs: to } = result;
  if (from === null || to === null)
    return (
      <p className="pane-note muted">{t("The records were not asked, so there is no interval to draw.")}</p>
    );
  const width = Math.max(to - from, 1);
  // The view is made by the event: the bracket takes about a tenth of it, and hand-overs near it are seen.
  const half = Math.max(width * 5, 2_000_000);
  const middle = (from + to) / 2;
  const [x0, x1] = [middle - half, middle + half];
  const xOf = (us: number | null, open: "start" | "end") => {
    const value = us ?? (open === "start" ? x0 : x1);
    return LEFT + ((Math.min(x1, Math.max(x0, value)) - x0) / (x1 - x0)) * (RIGHT - LEFT);
  };
  const meets = holds.filter((hold) => (hold.possibleFromUs ?? x0) < x1 && (hold.possibleToUs ?? x1) > x0);
  const parties = [...new Set(meets.map((hold) => hold.party))];
  const height = TOP + LANE * (parties.length + 1) + 30;
  const label = (us: number, digits: number) => {
    const parts = timeParts(us, digits, zone);
    return parts.time + parts.zone;
  };
  const ticks = niceTicks(x0, x1);
  const partyName = (party: string) => detail.party[party] ?? party;
  return (
    <figure className="holds">
      <svg
        viewBox={`0 0 ${W} ${height}`}
        role="img"
        aria-label={t("Who could hold {{address}} port {{port}}: {{count}} mappings near the event", {
          address: result.srcIp ?? t("the address"),
          port: String(result.srcPort ?? "?"),
          count: meets.length,
        })}
      >
        <defs>
          <pattern
            id="possible"
            width="7"
            height="7"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path d="M0 0V7" stroke="var(--lane)" strokeWidth="2" />
          </pattern>
        </defs>
        {ticks.map((tick, i) => (
          <g key={tick}>
            <path d={`M${xOf(tick, "start")} ${TOP - 8}V${height - 24}`} stroke="var(--line)" />
            <text x={xOf(tick, "start")} y={height - 8} textAnchor="middle" className="axis">
              {i === 0 ? label(tick, digitsFor(x1 - x0)) : timeParts(tick, digitsFor(x1 - x0), zone).time}
            </text>
          </g>
        ))}
        <rect
          x={xOf(from, "start")}
          y={TOP - 10}
          width={xOf(to, "end") - xOf(from, "start")}
          height={height - TOP - 12}
          fill="var(--clock-fill)"
        />
        <text x={4} y={TOP + 14} className="lane-name clock-name">
          {t("This event")}
        </text>
        <text x={4} y={TOP + 29} className="lane-note">
          {t("line {{line}}", { line: result.line })}
        </text>
        <rect
          x={xOf(from + width / 2 - width / 4, "start")}
          y={TOP + 12}
          width={Math.max(3, (xOf(to, "end") - xOf(from, "start")) / 2)}
          height="5"
          fill="var(--clock)"
        />
        {parties.map((party, i) => {
          const y = TOP + LANE * (i + 1);
          const own = meets.filter((hold) => hold.party === party);
          const first = own[0];
          return (
            <g key={party}>
              <text x={4} y={y + 14} className="lane-name">
                {partyName(party)}
              </text>
              <text x={4} y={y + 29} className="lane-note">
                {first ? t("NAT line {{line}}", { line: first.natLine }) : ""}
              </text>
              {own.map((hold) => {
                const [a, b] = [xOf(hold.possibleFromUs, "start"), xOf(hold.possibleToUs, "end")];
                const certain =
                  hold.certainFromUs !== null &&
                  hold.certainToUs !== null &&
                  hold.certainFromUs < hold.certainToUs;
                const [c, d] = certain
                  ? [xOf(hold.certainFromUs, "start"), xOf(hold.certainToUs, "end")]
                  : [0, 0];
                const ports =
                  hold.portLow === hold.portHigh
                    ? t("port {{port}}", { port: String(hold.portLow) })
                    : t("block {{low}} to {{high}}", {
                        low: String(hold.portLow),
                        high: String(hold.portHigh),
                      });
                return (
                  <g key={`${hold.natSource}${hold.natLine}`}>
                    <title>
                      {t("{{ports}}, possibly {{from}} until before {{to}}", {
                        ports,
                        from:
                          hold.possibleFromUs === null
                            ? t("since ever")
                            : timeText(hold.possibleFromUs, 6, zone),
                        to:
                          hold.possibleToUs === null
                            ? t("no end shown")
                            : timeText(hold.possibleToUs, 6, zone),
                      })}
                    </title>
                    <rect
                      x={a}
                      y={y + 4}
                      width={Math.max(1.5, b - a)}
                      height="20"
                      fill="url(#possible)"
                      stroke="var(--lane)"
                      rx="2"
                    />
                    {certain && d > c ? (
                      <rect x={c} y={y + 4} width={d - c} height="20" fill="var(--lane)" rx="2" />
                    ) : null}
                    {certain && d - c > 150 ? (
                      <text x={(c + d) / 2} y={y + 18} textAnchor="middle" className="lane-text">
                        {ports}
                      </text>
                    ) : null}
                    {hold.possibleToUs === null && hold.lastNamedUs !== null ? (
                      <text x={b - 4} y={y + 38} textAnchor="end" className="lane-note">
                        {t("last named {{time}}", { time: label(hold.lastNamedUs, 0) })}
                      </text>
                    ) : null}
                  </g>
                );
              })}
            </g>
          );
        })}
        <path
          d={`M${xOf(from, "start") + 8} ${TOP - 10}H${xOf(from, "start")}V${height - 22}H${xOf(from, "start") + 8}M${xOf(to, "end") - 8} ${TOP - 10}H${xOf(to, "end")}V${height - 22}H${xOf(to, "end") - 8}`}
          fill="none"
          stroke="var(--clock)"
          strokeWidth="2"
        />
        <text x={xOf(from, "start") - 4} y={22} textAnchor="end" className="axis clock-name">
          {label(from, digitsFor(width * 4))}
        </text>
        <text x={xOf(to, "end") + 4} y={22} textAnchor="start" className="axis clock-name">
          {label(to, digitsFor(width * 4))}
        </text>
        {parties.length === 0 ? (
          <text x={(LEFT + RIGHT) / 2} y={TOP + LANE + 18} textAnchor="middle" className="lane-note">
            {t("no mapping of this address and port in this stretch")}
          </text>
        ) : null}
      </svg>
    </figure>
  );
}

const digitsFor = (us: number): number => (us > 20_000_000 ? 0 : us > 2_000_000 ? 1 : us > 20_000 ? 3 : 6);

export function niceTicks(from: number, to: number): number[] {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].flatMap((n) => [n, n * 1_000]);
  const seconds = [1, 2, 4, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400].map(
    (s) => s * 1e6,
  );
  const all = [...steps, ...seconds].sort((a, b) => a - b);
  const step = all.find((one) => (to - from) / one <= 7) ?? 86_400e6;
  const out: number[] = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) out.push(t);
  return out;
}

/** Flips whose labels do not run into each other; the nearest to the present offset go first. */
function labelled(flips: readonly number[], xOf: (us: number) => number): number[] {
  const kept: number[] = [];
  for (const us of [...flips].sort((a, b) => Math.abs(a) - Math.abs(b)))
    if (kept.every((other) => Math.abs(xOf(other) - xOf(us)) > 130)) kept.push(us);
  return kept;
}

/** The flips: what the verdict would be if the offset were different by so much. */
export function FlipStrip({ detail }: { detail: Detail }) {
  const { curve, guardUs, result } = detail;
  if (!curve.length || result.intervalFromUs === null) return null;
  const flips = curve.slice(1).map((piece) => piece.fromUs);
  // As far as the nearest flip either way, with some air; what lies beyond is named by its side. A flip far away on one
  // side does not press the near one against the middle.
  const before = Math.max(Number.NEGATIVE_INFINITY, ...flips.filter((us) => us < 0));
  const after = Math.min(Number.POSITIVE_INFINITY, ...flips.filter((us) => us > 0));
  const sides = [-before, after].filter(Number.isFinite);
  const [least, most] = [Math.min(...sides), Math.max(...sides)];
  const reach = Math.min(
    26 * 3_600_000_000,
    Math.max(sides.length ? Math.min(most, 4 * least) * 1.8 : 0, (guardUs ?? 0) * 2.5, 1_000_000),
  );
  const xOf = (us: number) =>
    LEFT + ((Math.min(reach, Math.max(-reach, us)) + reach) / (2 * reach)) * (RIGHT - LEFT);
  const pieces = curve.filter((piece) => piece.toUs > -reach && piece.fromUs < reach);
  return (
    <figure className="strip">
      <svg
        viewBox={`0 0 ${W} 96`}
        role="img"
        aria-label={t("If the offset were different: {{count}} flips within 26 h", { count: flips.length })}
      >
        <text x={4} y={44} className="lane-name">
          {t("If the offset")}
        </text>
        <text x={4} y={60} className="lane-name">
          {t("were different")}
        </text>
        {guardUs !== null ? (
          <>
            <text x={4} y={86} className="lane-note clock-name">
              {t("guard ±{{seconds}} s", { seconds: (guardUs / 1e6).toFixed(2) })}
            </text>
            <path
              d={`M${xOf(-guardUs)} 64v6H${xOf(guardUs)}v-6`}
              fill="none"
              stroke="var(--clock)"
              strokeWidth="2"
            />
          </>
        ) : null}
        {pieces.map((piece) => {
          const [a, b] = [xOf(piece.fromUs), xOf(piece.toUs)];
          const color = `var(--v-${piece.verdict})`;
          const party = piece.party ? (detail.party[piece.party] ?? piece.party) : "";
          const words = party ? `${piece.verdict}, ${party}` : piece.verdict;
          return (
            <g key={piece.fromUs}>
              <title>
                {t("{{words}}: change of offset from {{from}} until before {{to}}", {
                  words,
                  from: offsetWords(piece.fromUs, 3),
                  to: offsetWords(piece.toUs, 3),
                })}
              </title>
              <rect
                x={a + 0.75}
                y={32}
                width={Math.max(1, b - a - 1.5)}
                height="26"
                rx="3"
                fill="var(--work)"
                stroke={color}
                strokeWidth="1.5"
              />
              {b - a > words.length * 6.6 + 16 ? (
                <text x={(a + b) / 2} y={49} textAnchor="middle" fill={color} className="strip-word">
                  {words}
                </text>
              ) : b - a > piece.verdict.length * 6.6 + 12 ? (
                <text x={(a + b) / 2} y={49} textAnchor="middle" fill={color} className="strip-word">
                  {piece.verdict}
                </text>
              ) : b - a > 20 ? (
                <g transform={`translate(${(a + b) / 2 - 7} 38)`} color={color}>
                  <VerdictSign verdict={piece.verdict} />
                </g>
              ) : null}
            </g>
          );
        })}
        {labelled(
          flips.filter((us) => Math.abs(us) < reach),
          xOf,
        ).map((us) => (
          <g key={us}>
            <path d={`M${xOf(us)} 22v10`} stroke="var(--text)" strokeWidth="1.5" />
            <text x={xOf(us)} y={16} textAnchor="middle" className="axis strong-axis">
              {t("flips at {{offset}}", { offset: offsetWords(us) })}
            </text>
          </g>
        ))}
        <text x={LEFT} y={88} className="axis">
          {offsetWords(-reach, 0)}
        </text>
        <text x={(LEFT + RIGHT) / 2} y={88} textAnchor="middle" className="axis">
          0
        </text>
        <text x={RIGHT} y={88} textAnchor="end" className="axis">
          {offsetWords(reach, 0)}
        </text>
      </svg>
    </figure>
  );
}
