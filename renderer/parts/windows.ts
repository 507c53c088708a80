// How a long view is cut into windows. A browser places no element exactly beyond 2^24 px; at 24 px a row that is
// row 699,050. 600,000 leaves room for larger rows under zoom.

export const ROWS_PER_WINDOW = 600_000;

export const windowOf = (row: number): number => Math.floor(row / ROWS_PER_WINDOW);

/** Rows [from, to) of a window; empty where the view ends before it. */
export function windowSpan(window: number, rows: number): { from: number; to: number } {
  const from = Math.min(window * ROWS_PER_WINDOW, rows);
  return { from, to: Math.min(from + ROWS_PER_WINDOW, rows) };
}
