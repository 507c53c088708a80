import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { TestCase } from "../records/case";

const LAYOUT = '%h:%{remote}p %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
const LOG = `192.0.2.7:4711 - ada [24/Nov/2026:05:34:12 +0000] "GET /a HTTP/1.1" 200 17 "-" "Browser \\"1\\""
192.0.2.8:4712 - - [24/Nov/2026:05:34:13 +0000] "GET /b HTTP/1.1" 404 0 "-" "-"
`;

let test: TestCase | undefined;
afterEach(() => test?.close());

/** The records' fields with the log in place, and after it was taken away. */
async function fieldsWith(storeFields: boolean) {
  test = await TestCase.create();
  const log = test.file("access.log", LOG);
  await test.run("evidence.add", {
    files: [log],
    as: "web",
    format: "apache.access",
    layout: LAYOUT,
    storeFields,
  });
  const { view } = await test.run("records.open", { source: "web" });
  const fields = async () =>
    (await test!.run("records.page", { view, from: 0, to: 2 })).rows.map((row) => row.fields);
  const before = await fields();
  rmSync(log);
  return { before, after: await fields() };
}

describe("fields kept in the case", () => {
  it("are shown without the evidence, and are what the evidence says", async () => {
    const kept = await fieldsWith(true);
    expect(kept.before).toMatchObject([{ "%u": "ada", "%r": "GET /a HTTP/1.1" }, { "%>s": "404" }]);
    expect(kept.after).toEqual(kept.before);
    await test!.close();
    const left = await fieldsWith(false);
    expect(left.before).toEqual(kept.before);
    expect(left.after).toEqual([{}, {}]);
  });
});
