// Reads the window's sources for their texts: which go through the dictionary, and which stand hard-coded.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

export const ROOT = resolve(import.meta.dirname, "../../..");
const hasWords = (text: string): boolean => /\p{L}/u.test(text.replaceAll(KEYS, ""));
/** Keys are called so on every keyboard. */
const KEYS = /\b(Ctrl|Alt|Shift|Esc|Enter|F\d+|[A-Z])\b/g;
/** Two words with a space between: a phrase for a reader, whatever it is used for. */
const PHRASE = /\p{L}{2,}[,.:;]? \p{L}/u;
/** Attributes and properties that a reader sees or hears. */
const SPOKEN =
  /^(title|label|placeholder|alt|note|blocked|mend|where|doing|aria-label|aria-description|aria-valuetext|aria-roledescription|headerName|tooltip)$/;
/** Attributes that no reader sees. */
const UNSPOKEN =
  /^(className|cellClass|headerClass|style|id|d|transform|viewBox|points|type|role|keys|href|name|htmlFor|list|key|data-.*|gridTemplate.*|font.*|strokeDasharray)$/;

/** What takes a selector or a media query. */
const ASKS_THE_PAGE = /(querySelector|querySelectorAll|matchMedia|closest)(<\w+>)?$/;

/** A name to compare with, such as that of a key; or one of a type. */
const isCompared = (node: ts.Node): boolean =>
  ts.isCaseClause(node.parent) ||
  ts.isLiteralTypeNode(node.parent) ||
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node) ||
  (ts.isBinaryExpression(node.parent) && /^[!=]==$/.test(node.parent.operatorToken.getText()));

export interface Used {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

export function rendererFiles(): string[] {
  const folder = join(ROOT, "renderer");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("renderer/words/"))
    .sort();
}

export const parse = (file: string, source = readFileSync(join(ROOT, file), "utf8")): ts.SourceFile =>
  ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TSX);

const isWordsCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && /^(t|text)$/.test(node.expression.text);
const attributeName = (node: ts.Node): string | null =>
  ts.isJsxAttribute(node) ? node.name.getText() : null;
const isRichText = (node: ts.Node): boolean =>
  ts.isJsxAttribute(node) &&
  node.name.getText() === "text" &&
  node.parent.parent.getText().startsWith("<Rich");
const wordsOf = (node: ts.Node): string | null =>
  ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join("\u0001")
      : null;

/** The literals that an expression can come out as. */
function outcomes(node: ts.Node): ts.Node[] {
  if (ts.isParenthesizedExpression(node)) return outcomes(node.expression);
  if (ts.isConditionalExpression(node)) return [...outcomes(node.whenTrue), ...outcomes(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return outcomes(node.right);
    if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
      return [...outcomes(node.left), ...outcomes(node.right)];
    return [];
  }
  return wordsOf(node) === null ? [] : [node];
}

/** Texts given to `t`, `text` and `Rich`, and those of a `t` whose argument is a choice between literals. */
export function usedTexts(file: ts.SourceFile): Used[] {
  const used: Used[] = [];
  const take = (node: ts.Node): void => {
    for (const one of outcomes(node))
      used.push({
        text: wordsOf(one) ?? "",
        file: file.fileName,
        line: file.getLineAndCharacterOfPosition(one.getStart()).line + 1,
      });
  };
  const walk = (node: ts.Node): void => {
    if (isWordsCall(node) && node.arguments[0]) take(node.arguments[0]);
    if (ts.isJsxAttribute(node) && isRichText(node) && node.initializer)
      take(ts.isJsxExpression(node.initializer) ? (node.initializer.expression ?? node) : node.initializer);
    ts.forEachChild(node, walk);
  };
  walk(file);
  return used;
}

/** Nodes that put words before a reader without the dictionary. */
export function hardCoded(file: ts.SourceFile): ts.Node[] {
  const found = new Set<ts.Node>();
  const walk = (node: ts.Node): void => {
    if (
      ts.isImportDeclaration(node) ||
      ts.isExportDeclaration(node) ||
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node)
    )
      return;
    if (isWordsCall(node)) {
      for (const argument of node.arguments.slice(1)) walk(argument);
      return;
    }
    if (ts.isJsxText(node) && hasWords(node.text.replace(/&\w+;/g, ""))) found.add(node);
    if (ts.isJsxAttribute(node)) {
      const name = attributeName(node) ?? "";
      if (UNSPOKEN.test(name) || isRichText(node)) return;
      if (SPOKEN.test(name) && node.initializer) {
        const value = ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
        if (value) for (const one of outcomes(value)) if (hasWords(wordsOf(one) ?? "")) found.add(one);
      }
    }
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      for (const one of outcomes(node.expression)) if (hasWords(wordsOf(one) ?? "")) found.add(one);
    if (ts.isPropertyAssignment(node) && UNSPOKEN.test(node.name.getText())) return;
    if (ts.isCallExpression(node) && ASKS_THE_PAGE.test(node.expression.getText())) return;
    if (ts.isPropertyAssignment(node) && SPOKEN.test(node.name.getText()))
      for (const one of outcomes(node.initializer)) if (hasWords(wordsOf(one) ?? "")) found.add(one);
    if (ts.isStringLiteral(node) && /^\p{Lu}\p{Ll}+\b/u.test(node.text) && !isCompared(node)) found.add(node);
    const words = wordsOf(node);
    if (words !== null && PHRASE.test(words.replaceAll(KEYS, ""))) found.add(node);
    ts.forEachChild(node, walk);
  };
  walk(file);
  return [...found];
}

export const wordsAt = (node: ts.Node): string => (wordsOf(node) ?? node.getText()).trim();
