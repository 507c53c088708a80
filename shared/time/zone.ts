// A zone as the analyst or a record gives it. "unknown" keeps the wall clock as if UTC and leaves the rest to
// calibration (+/-26 h); nothing below a calibration is `unique` then.

export type ZoneRule =
  | { readonly kind: "offset"; readonly offsetUs: number; readonly text: string }
  | { readonly kind: "iana"; readonly name: string }
  | { readonly kind: "unknown" };
