// Windows of a long view, the scrubber's reading of a histogram, and the figures beside them.
import { describe, expect, it } from "vitest";
import { nameFrom } from "../../../renderer/evidence/queue";
import { folderName } from "../../../renderer/frame/new-case";
import { rank } from "../../../renderer/frame/palette";
import { ROWS_PER_WINDOW, windowOf, windowSpan } from "../../../renderer/parts/windows";
import { silencesOf, sliceOf } from "../../../renderer/records/scrubber";
import { shareText, shortHash, sizeText, whole } from "../../../renderer/signs/numbers";

describe("windows of a long view", () => {
  it("are shorter than the height at which a browser misplaces rows", () => {
    expect(ROWS_PER_WINDOW * 24).toBeLessThan(2 ** 24);
  });
  it("hold each row exactly once", () => {
    const rows = 2_000_003;
    let next = 0;
    for (let w = 0; w <= windowOf(rows - 1); w++) {
      const span = windowSpan(w, rows);
      expect(span.from).toBe(next);
      expect(windowOf(span.from)).toBe(w);
      expect(windowOf(span.to - 1)).toBe(w);
      next = span.to;
    }
    expect(next).toBe(rows);
  });
  it("are empty beyond the end of the view", () => {
    expect(windowSpan(3, 100)).toEqual({ from: 100, to: 100 });
  });
});

describe("the scrubber", () => {
  it("calls a long run without records a silence, and neither the time before the first nor a single gap", () => {
    const counts = [0, 0, 0, 0, 5, 5, 0, 5, ...Array(10).fill(0), 5, ...Array(30).fill(4), 0, 0, 0, 0];
    expect(silencesOf(counts.concat(Array(100).fill(3)))).toContainEqual({ from: 8, to: 18 });
    expect(silencesOf([0, 0, 0, 0, 0, 1, 1])).toEqual([]);
    expect(silencesOf([...Array(100).fill(1), 0, ...Array(100).fill(1)])).toEqual([]);
  });
  it("finds the slice of a row past empty slices", () => {
    expect(sliceOf(7, [0, 5, 5, 8], [5, 0, 3, 2])).toBe(2);
    expect(sliceOf(4, [0, 5, 5, 8], [5, 0, 3, 2])).toBe(0);
  });
});

describe("figures", () => {
  it("never round a reject away", () => {
    expect(shareText(12, 5_003_134)).toBe("<0.1 %");
    expect(shareText(5_003_122, 5_003_134)).toBe(">99.9 %");
    expect(shareText(0, 10)).toBe("0 %");
    expect(shareText(10, 10)).toBe("100 %");
  });
  it("are whole, with thousands", () => {
    expect(whole(5003134)).toBe("5,003,134");
    expect(whole(999)).toBe("999");
    expect(sizeText(4_900_000_000)).toBe("4.9 GB");
  });
  it("show the first and last digits of a hash", () => {
    expect(shortHash(`4be190c7f2a8${"0".repeat(48)}77d0`)).toBe("4be1 90c7 f2a8 … 77d0");
  });
});

describe("names that are offered", () => {
  it("take a source's from its file, without the parts that rotation and compression added", () => {
    expect(nameFrom("/evidence/access.log.1", new Set())).toBe("access");
    expect(nameFrom("C:\\logs\\cgn-muc-3_202603.csv.gz", new Set())).toBe("cgn-muc-3_202603");
    expect(nameFrom("/x/access.log", new Set(["access"]))).toBe("access-2");
  });
  it("make a folder's from any title", () => {
    expect(folderName("2026-0417 Credential stuffing, Isarbank")).toBe(
      "2026-0417-Credential-stuffing-Isarbank",
    );
    expect(folderName("../../etc")).toBe("etc");
  });
});

describe("the palette", () => {
  it("puts a match at the start first and refuses what is not there", () => {
    expect(rank("Verify the ledger", "ver")).toBe(0);
    expect(rank("Verify the ledger", "vl")).toBeGreaterThan(100);
    expect(rank("Verify the ledger", "xyz")).toBeNull();
  });
});
