// The commands, in the order in which a case is worked.
import type { Command } from "../command";
import { attribute } from "./attribution";
import { key, newCase, rebuild, verify } from "./case";
import { calibrate } from "./clock";
import { review, timestamp } from "./custody";
import { dataset } from "./dataset";
import { demo } from "./demo";
import { add, formats, rejects, sources } from "./evidence";
import { disclose, exportExhibit } from "./exhibit";
import { facets } from "./facets";
import { join } from "./join";
import { bookmark, marks, note, tag } from "./marks";
import { readiness } from "./readiness";
import { records } from "./records";
import { replies, request, triage } from "./request";
import { timeline } from "./timeline";

export const COMMANDS: readonly Command[] = [
  demo,
  newCase,
  add,
  sources,
  rejects,
  formats,
  records,
  timeline,
  facets,
  tag,
  bookmark,
  note,
  marks,
  join,
  calibrate,
  attribute,
  triage,
  request,
  replies,
  dataset,
  readiness,
  review,
  timestamp,
  exportExhibit,
  disclose,
  verify,
  rebuild,
  key,
];
