// Exact upper confidence bound of a share (Clopper and Pearson 1934): for k of n, the p at which k or fewer would be
// seen in 5 % of cases. Wilson's bound is too low at k = 0, which is just where completeness is claimed.

/** One-sided error of the bound. */
const ALPHA = 0.05;

/** Upper 95 % bound (one-sided) of the share that k of n shows; 1 for n = 0. */
export function upperShareBound(k: number, n: number): number {
  if (n <= 0 || k >= n) return 1;
  if (k === 0) return 1 - ALPHA ** (1 / n);
  // P(X <= k | p) falls with p; 60 halvings reach 1e-18.
  let low = k / n;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const p = (low + high) / 2;
    if (atMost(k, n, p) > ALPHA) low = p;
    else high = p;
  }
  return high;
}

/** P(X <= k) of a binomial, summed downward from its largest term. */
function atMost(k: number, n: number, p: number): number {
  let term = Math.exp(
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  );
  let sum = 0;
  const odds = (1 - p) / p;
  for (let i = k; i >= 0 && term > sum * 1e-17; i--) {
    sum += term;
    term *= (i / (n - i + 1)) * odds;
  }
  return sum;
}

/** ln n!: exact sums below 32, Stirling's series above (error below 1e-12). */
function logFactorial(n: number): number {
  if (n < 32) {
    let sum = 0;
    for (let i = 2; i <= n; i++) sum += Math.log(i);
    return sum;
  }
  const x = n + 1;
  return (
    (x - 0.5) * Math.log(x) -
    x +
    0.5 * Math.log(2 * Math.PI) +
    1 / (12 * x) -
    1 / (360 * x ** 3) +
    1 / (1260 * x ** 5)
  );
}
