// Whose clock an axis is, and how each source's clock leads to it. Records of two clocks that were never compared may stand
// on one axis, but each of them says so: an order that nothing shows is not to be read as one.
import type { StoredCalibration } from "../../../shared/clock/folds";
import type { Database } from "../../../shared/database";
import { allSources, type SourceRow } from "../catalogue";
import { acceptedCalibration, trueTimeCalibration } from "../clock/accepted";

export interface Axis {
  readonly kind: "source" | "true-time" | "recorded";
  readonly clock: SourceRow | null;
  /** Of each source, in their order: its calibration to the axis, `reference` where it is the axis's own, null where neither. */
  readonly clocks: readonly (StoredCalibration | "reference" | null)[];
}

const lead = async (
  db: Database,
  sources: readonly SourceRow[],
  clock: SourceRow | null,
): Promise<Axis["clocks"]> => {
  const clocks: (StoredCalibration | "reference" | null)[] = [];
  for (const source of sources)
    clocks.push(
      clock === null
        ? await trueTimeCalibration(db, source.n)
        : clock.n === source.n
          ? "reference"
          : await acceptedCalibration(db, source.n, clock.n),
    );
  return clocks;
};

/** `wanted`: the source whose clock it shall be, null for true time, undefined for the clock to which most sources lead. */
export async function axisOf(
  db: Database,
  sources: readonly SourceRow[],
  wanted: SourceRow | null | undefined,
): Promise<Axis> {
  if (wanted !== undefined)
    return {
      kind: wanted === null ? "true-time" : "source",
      clock: wanted,
      clocks: await lead(db, sources, wanted),
    };
  const [calibrated] = await db.query("SELECT count(*) AS n FROM calibration WHERE state = 'accepted'");
  const nobody: Axis = { kind: "recorded", clock: null, clocks: sources.map(() => null) };
  if (Number(calibrated!.n) === 0) return nobody;
  // Those that are shown come first, NAT logs before others: where it is even, theirs is the clock that verdicts are given in.
  const shown = (one: SourceRow) => (sources.some((source) => source.n === one.n) ? 0 : 2);
  const candidates = [...(await allSources(db))].sort(
    (a, b) => shown(a) + (a.role === "nat" ? 0 : 1) - (shown(b) + (b.role === "nat" ? 0 : 1)) || a.n - b.n,
  );
  let best = nobody;
  let most = 0;
  for (const clock of [null, ...candidates]) {
    const clocks = await lead(db, sources, clock);
    const led = clocks.filter((one) => one !== null).length;
    // Its own clock alone compares nothing.
    if (!clocks.some((one) => one !== null && one !== "reference") || led <= most) continue;
    most = led;
    best = { kind: clock === null ? "true-time" : "source", clock, clocks };
  }
  return best;
}
