// The handlers of every operation, a file a domain.
import type { Handlers } from "../engine";
import { attributionHandlers } from "./attribution";
import { caseHandlers } from "./case";
import { clockHandlers } from "./clock";
import { custodyHandlers } from "./custody";
import { datasetHandlers } from "./dataset";
import { evidenceHandlers } from "./evidence";
import { exhibitHandlers } from "./exhibit";
import { exploringHandlers } from "./exploring";
import { joinHandlers } from "./join";
import { marksHandlers } from "./marks";
import { readinessHandlers } from "./readiness";
import { recordsHandlers } from "./records";
import { rejectsHandlers } from "./rejects";
import { requestHandlers } from "./request";
import { timelineHandlers } from "./timeline";
import { viewsHandlers } from "./views";

export const handlers: Handlers = {
  ...caseHandlers,
  ...custodyHandlers,
  ...exhibitHandlers,
  ...evidenceHandlers,
  ...rejectsHandlers,
  ...recordsHandlers,
  ...exploringHandlers,
  ...timelineHandlers,
  ...marksHandlers,
  ...viewsHandlers,
  ...joinHandlers,
  ...requestHandlers,
  ...datasetHandlers,
  ...clockHandlers,
  ...attributionHandlers,
  ...readinessHandlers,
};
