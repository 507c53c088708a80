// The place below the sources that a screen fills with its own: facets of the records, say.
import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useApp } from "./store";

const ID = "side-slot";

export const SideSlot = () => <div id={ID} className="side-slot" />;

/** Shows its children in the side bar; nothing while that is folded. */
export function InSideBar({ children }: { children: ReactNode }) {
  const folded = useApp((s) => s.prefs.folded);
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => setSlot(folded ? null : document.getElementById(ID)), [folded]);
  return slot === null ? null : createPortal(children, slot);
}
