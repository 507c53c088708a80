// Every word of the report, in the case's language. The verdict sentences are those of the window, so that analyst,
// court and defence read the same.

import type { CalibrationMethod } from "../../../shared/clock/calibration";
import type { Rule, Verdict } from "../../../shared/contract/attribution";

export interface Words {
  readonly labels: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly question: (events: string) => string;
  readonly answer: Readonly<Record<Verdict, (count: string) => string>>;
  readonly means: Readonly<Record<Verdict, string>>;
  readonly rule: Readonly<Record<Rule, string>>;
  /** Of `only` where the run's findings doubt every match. */
  readonly doubtful: string;
  readonly method: readonly string[];
  readonly limits: readonly string[];
  readonly party: (letter: string) => string;
  readonly clockMethod: Readonly<Record<CalibrationMethod, string>>;
  /** By the state of a calibration in the case. */
  readonly outcome: Readonly<Record<string, string>>;
  readonly extent: Readonly<Record<string, string>>;
}
