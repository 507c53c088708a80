// An answer of the engine as a component sees it: loading, done or failed, cancelled when the question changes. The last
// good answer stays while the next is on its way, so that nothing jumps.
import { useEffect, useRef, useState } from "react";
import type { OperationName, Reply, Request } from "../../shared/contract/contract";
import { ProductError } from "../../shared/errors";
import { t } from "../words/words";
import { link } from "./link";

export interface Asked<T> {
  readonly data: T | null;
  readonly error: ProductError | null;
  readonly loading: boolean;
  readonly again: () => void;
}

export const asProductError = (thrown: unknown): ProductError =>
  thrown instanceof ProductError
    ? thrown
    : new ProductError(
        "internal",
        thrown instanceof Error ? thrown.message : String(thrown),
        t("This is a fault in Portwitness, not in the evidence. Please report it."),
      );

/** Asks whenever the request's content changes; null asks nothing. `version` asks again after an act. */
export function useRequest<N extends OperationName>(
  operation: N,
  request: Request<N> | null,
  version: unknown = 0,
): Asked<Reply<N>> {
  const [state, setState] = useState<{ data: Reply<N> | null; error: ProductError | null; loading: boolean }>(
    {
      data: null,
      error: null,
      loading: request !== null,
    },
  );
  const [turn, setTurn] = useState(0);
  const key = request === null ? null : JSON.stringify(request);
  const latest = useRef(request);
  latest.current = request;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `turn` ask again by changing; `key` stands for the request
  useEffect(() => {
    const body = latest.current;
    if (key === null || body === null) {
      setState({ data: null, error: null, loading: false });
      return;
    }
    const controller = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    link.request(operation, body, { signal: controller.signal }).then(
      (data) => {
        if (!controller.signal.aborted) setState({ data, error: null, loading: false });
      },
      (thrown) => {
        if (!controller.signal.aborted)
          setState((before) => ({ ...before, error: asProductError(thrown), loading: false }));
      },
    );
    return () => controller.abort();
  }, [operation, key, version, turn]);
  return { ...state, again: () => setTurn((n) => n + 1) };
}
