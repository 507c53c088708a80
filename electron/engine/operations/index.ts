// The handlers of every operation, a file a domain.
import type { Handlers } from "../engine";
import { attributionHandlers } from "./attribution";
import { caseHandlers } from "./case";
import { clockHandlers } from "./clock";
import { evidenceHandlers } from "./evidence";
import { exhibitHandlers } from "./exhibit";
import { exploringHandlers } from "./exploring";
import { joinHandlers } from "./join";
import { marksHandlers } from "./marks";
import { readinessHandlers } from "./readiness";
import { recordsHandlers } from "./records";
import { requestHandlers } from "./request";

export const handlers: Handlers = {
  ...caseHandlers,
  ...exhibitHandlers,
  ...evidenceHandlers,
  ...recordsHandlers,
  ...exploringHandlers,
  ...marksHandlers,
  ...joinHandlers,
  ...requestHandlers,
  ...clockHandlers,
  ...attributionHandlers,
  ...readinessHandlers,
};
