// The handlers of every operation, a file a domain.
import type { Handlers } from "../engine";
import { attributionHandlers } from "./attribution";
import { caseHandlers } from "./case";
import { clockHandlers } from "./clock";
import { evidenceHandlers } from "./evidence";
import { exhibitHandlers } from "./exhibit";
import { readinessHandlers } from "./readiness";
import { joinHandlers } from "./join";
import { recordsHandlers } from "./records";

export const handlers: Handlers = {
  ...caseHandlers,
  ...exhibitHandlers,
  ...evidenceHandlers,
  ...recordsHandlers,
  ...joinHandlers,
  ...clockHandlers,
  ...attributionHandlers,
  ...readinessHandlers,
};
