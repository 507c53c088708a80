// report.pdf: what the exhibit says, for people. Its date is that of the last covered act.

import { residualPoints } from "../clock/residuals";
import { reportModel } from "../report/build";
import { compilePdf } from "../report/compile";
import template from "../report/report.typ?raw";
import { type ExhibitPart, writeData } from "./context";

export const reportPart: ExhibitPart = {
  name: "report.pdf",
  async build(context) {
    const model = await reportModel(context, {
      residualsOf: (source, id) => residualPoints(context.live, source, id, undefined, context.io.signal),
    });
    writeData(
      context,
      "report.pdf",
      compilePdf(template, model, { timestamp: Math.floor(Date.parse(context.date) / 1000) }),
    );
  },
};
