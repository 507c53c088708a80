// The table of operations: every operation once, with its request, reply and act. Carriers and the command line are
// derived from it; a test compares the ledger's actions with the commands.
import type * as v from "valibot";
import { actorOperations } from "./actors";
import { attributionOperations } from "./attribution";
import { caseOperations } from "./case";
import { clockOperations } from "./clock";
import { custodyOperations } from "./custody";
import { datasetOperations } from "./dataset";
import { evidenceOperations } from "./evidence";
import { exploringOperations } from "./exploring";
import { marksOperations } from "./marks";
import { readinessOperations } from "./readiness";
import { recordsOperations } from "./records";
import { requestOperations } from "./request";
import { timelineOperations } from "./timeline";
import { viewsOperations } from "./views";

export const OPERATIONS = {
  ...caseOperations,
  ...custodyOperations,
  ...evidenceOperations,
  ...recordsOperations,
  ...exploringOperations,
  ...timelineOperations,
  ...marksOperations,
  ...viewsOperations,
  ...clockOperations,
  ...attributionOperations,
  ...actorOperations,
  ...requestOperations,
  ...datasetOperations,
  ...readinessOperations,
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type Request<N extends OperationName> = v.InferInput<(typeof OPERATIONS)[N]["request"]>;
export type ParsedRequest<N extends OperationName> = v.InferOutput<(typeof OPERATIONS)[N]["request"]>;
export type Reply<N extends OperationName> = v.InferOutput<(typeof OPERATIONS)[N]["reply"]>;
export const OPERATION_NAMES = Object.keys(OPERATIONS) as OperationName[];
