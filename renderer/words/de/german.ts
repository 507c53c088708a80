// German, a file an area. A text stands in one of them only.
import { ATTRIBUTION } from "./attribution";
import { CLOCK } from "./clock";
import { COMMON } from "./common";
import { CUSTODY } from "./custody";
import { EVIDENCE } from "./evidence";
import { EXHIBIT } from "./exhibit";
import { EXPLORING } from "./exploring";
import { FRAME } from "./frame";
import { READINESS } from "./readiness";
import { RECORDS } from "./records";
import { TIMELINE } from "./timeline";
import { VIEWER } from "./viewer";

export const GERMAN = {
  ...COMMON,
  ...FRAME,
  ...EVIDENCE,
  ...RECORDS,
  ...EXPLORING,
  ...TIMELINE,
  ...CLOCK,
  ...ATTRIBUTION,
  ...READINESS,
  ...CUSTODY,
  ...EXHIBIT,
  ...VIEWER,
};
