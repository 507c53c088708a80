// The filter language's page, in the program: docs/filter.md itself, so that there is one text and it is at hand offline.
import type { ReactNode } from "react";
import page from "../../docs/filter.md?raw";
import { Dialog } from "../parts/parts";
import { t } from "../words/words";

/** `code` within a line. */
const inline = (line: string): ReactNode[] =>
  line.split(/`([^`]+)`/).map((part, i) => (i % 2 ? <code key={part}>{part}</code> : part));

const cells = (line: string): string[] =>
  line
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** The few forms of Markdown that the page uses: headings, tables, paragraphs, code. */
function blocks(text: string): ReactNode[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split("\n");
      const first = lines[0] ?? "";
      if (first.startsWith("# ")) return null;
      if (first.startsWith("## ")) return <h2 key={block}>{first.slice(3)}</h2>;
      if (!first.startsWith("|")) return <p key={block}>{inline(lines.join(" "))}</p>;
      return (
        <table key={block} className="help-table">
          <thead>
            <tr>
              {cells(first).map((cell) => (
                <th key={cell} scope="col">
                  {inline(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.slice(2).map((line) => (
              <tr key={line}>
                {cells(line).map((cell) => (
                  <td key={cell}>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    });
}

export const FilterHelp = ({ onClose }: { onClose: () => void }) => (
  <Dialog title={t("The filter language")} className="wide" onClose={onClose}>
    <div lang="en" className="stack">
      {blocks(page)}
    </div>
  </Dialog>
);
