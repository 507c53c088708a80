// The query pack's SQL as a tree, printed once for each store (./print.ts): one meaning, several spellings. Only what the
// attribution join needs; integers and text alone, since stores disagree about everything else.

export type Expr =
  | { readonly k: "column"; readonly of: string | null; readonly name: string }
  | { readonly k: "int"; readonly value: number }
  | { readonly k: "text"; readonly value: string }
  | {
      readonly k: "binary";
      readonly op: "+" | "-" | "*" | "%" | "=" | "<" | "<=" | ">" | ">=";
      readonly a: Expr;
      readonly b: Expr;
    }
  /** Integer division of numbers that are never negative. */
  | { readonly k: "divide"; readonly a: Expr; readonly by: number }
  | { readonly k: "every" | "any"; readonly parts: readonly Expr[] }
  | { readonly k: "isNull"; readonly a: Expr; readonly not: boolean }
  | { readonly k: "coalesce"; readonly parts: readonly Expr[] }
  | { readonly k: "choose"; readonly when: Expr; readonly then: Expr; readonly otherwise: Expr }
  | { readonly k: "null"; readonly type: "int" | "text" }
  | { readonly k: "count"; readonly distinct: Expr | null }
  | { readonly k: "min" | "max" | "sum"; readonly a: Expr };

export interface Select {
  readonly columns: readonly { readonly e: Expr; readonly as: string }[];
  readonly from: { readonly table: string; readonly as: string };
  /** Inner or left join; `on` holds equalities only, the rest stands in `where` (inner joins). */
  readonly join?: {
    readonly table: string;
    readonly as: string;
    readonly on: readonly Expr[];
    readonly left?: boolean;
  };
  /** A row for each integer of [low, high], as column `as` of `blocks`. */
  readonly explode?: { readonly low: Expr; readonly high: Expr; readonly as: string };
  readonly where?: readonly Expr[];
  readonly groupBy?: readonly Expr[];
  readonly distinct?: boolean;
}

export interface Query {
  readonly with: readonly { readonly name: string; readonly union: readonly Select[] }[];
  readonly union: readonly Select[];
  readonly orderBy: readonly string[];
}

export const col = (of: string | null, name: string): Expr => ({ k: "column", of, name });
export const int = (value: number): Expr => ({ k: "int", value });
export const text = (value: string): Expr => ({ k: "text", value });
export const bin = (a: Expr, op: Extract<Expr, { k: "binary" }>["op"], b: Expr): Expr => ({
  k: "binary",
  op,
  a,
  b,
});
export const divide = (a: Expr, by: number): Expr => ({ k: "divide", a, by });
export const every = (...parts: Expr[]): Expr => ({ k: "every", parts });
export const any = (...parts: Expr[]): Expr => ({ k: "any", parts });
export const isNull = (a: Expr): Expr => ({ k: "isNull", a, not: false });
export const coalesce = (...parts: Expr[]): Expr => ({ k: "coalesce", parts });
export const choose = (when: Expr, then: Expr, otherwise: Expr): Expr => ({
  k: "choose",
  when,
  then,
  otherwise,
});
