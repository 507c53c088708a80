// What AG Grid is made of here, and its dress: every colour is a token of the window's own.
import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
  themeQuartz,
} from "ag-grid-community";

ModuleRegistry.registerModules([
  InfiniteRowModelModule,
  ColumnApiModule,
  RowSelectionModule,
  CellStyleModule,
  RowStyleModule,
  RowApiModule,
  CellApiModule,
  EventApiModule,
  ScrollApiModule,
  TooltipModule,
]);

export const ROW_HEIGHT = 24;
export const theme = themeQuartz.withParams({
  backgroundColor: "var(--work)",
  foregroundColor: "var(--text)",
  textColor: "var(--text)",
  headerBackgroundColor: "var(--raised)",
  headerTextColor: "var(--muted)",
  headerFontWeight: 500,
  headerFontSize: "12px",
  fontFamily: "var(--sans)",
  fontSize: "12px",
  borderColor: "var(--line)",
  rowBorder: { color: "var(--line)" },
  rowHoverColor: "var(--hover)",
  selectedRowBackgroundColor: "var(--sel)",
  rangeSelectionBorderColor: "var(--accent)",
  accentColor: "var(--accent)",
  oddRowBackgroundColor: "var(--work)",
  wrapperBorder: false,
  wrapperBorderRadius: "0",
  borderRadius: "0",
  cellHorizontalPadding: "8px",
  rowHeight: ROW_HEIGHT,
  headerHeight: 28,
  headerColumnResizeHandleColor: "transparent",
  spacing: "4px",
});

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** The column whose cell an element is in; AG Grid writes its id as HTML, and a log's directive may be `%>s`. */
export function columnAt(element: Element | null): string | null {
  const id = element?.closest(".ag-cell")?.getAttribute("col-id");
  return id?.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity) ?? null;
}
