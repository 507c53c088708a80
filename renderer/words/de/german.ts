// German, a file an area. A text stands in one of them only.
import { COMMON } from "./common";
import { FRAME } from "./frame";

export const GERMAN = { ...COMMON, ...FRAME };
