// The case's saved views of one source, and what is done with them.
import { useEffect, useState } from "react";
import type { SavedView } from "../../shared/contract/views";
import { link } from "../client/link";
import { asProductError, useRequest } from "../client/use-request";
import { say, sayError } from "../frame/store";
import { t } from "../words/words";

export interface SavedViews {
  readonly views: readonly SavedView[];
  readonly save: (view: SavedView) => void;
  readonly remove: (name: string) => void;
}

export function useSavedViews(path: string, source: string): SavedViews {
  const asked = useRequest("views.list", { case: path });
  const [all, setAll] = useState<readonly SavedView[]>([]);
  useEffect(() => {
    if (asked.data) setAll(asked.data);
  }, [asked.data]);
  const done = (change: Promise<readonly SavedView[]>, said: string) =>
    change.then(
      (views) => {
        setAll(views);
        say({ kind: "good", text: said });
      },
      (thrown) => sayError(asProductError(thrown)),
    );
  return {
    views: all.filter((one) => one.source === source),
    save: (view) =>
      void done(
        link.request("views.save", { case: path, view }),
        t("View {{name}} is saved.", { name: view.name }),
      ),
    remove: (name) =>
      void done(
        link.request("views.remove", { case: path, source, name }),
        t("View {{name}} is removed.", { name }),
      ),
  };
}
