// A menu at a place: what can be done with the thing under the pointer or the focus. Arrows, Home, End and first letters
// move, Enter does, Escape and Tab close; the focus goes back to where it was.
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { Key } from "./parts";

export interface MenuItem {
  readonly id: string;
  readonly title: ReactNode;
  readonly keys?: string;
  readonly run: () => void;
  /** Begins a new group. */
  readonly apart?: boolean;
}

export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

export function Menu({
  label,
  at,
  items,
  onClose,
}: {
  label: string;
  at: MenuPlace;
  items: readonly MenuItem[];
  onClose: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    before.current = document.activeElement;
    const menu = ref.current;
    if (!menu) return;
    const box = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - box.width - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - box.height - 4))}px`;
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !menu.contains(event.target)) close.current();
    };
    window.addEventListener("pointerdown", outside, true);
    window.addEventListener("blur", outside);
    return () => {
      window.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("blur", outside);
    };
  }, [at]);
  useEffect(
    () => () => {
      if (before.current instanceof HTMLElement && before.current.isConnected)
        before.current.focus({ preventScroll: true });
    },
    [],
  );
  const move = (to: (i: number, n: number) => number) => {
    const all = [...(ref.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const now = all.indexOf(document.activeElement as HTMLElement);
    all[(to(now, all.length) + all.length) % all.length]?.focus();
  };
  return (
    <div
      ref={ref}
      className="menu"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === "ArrowDown") move((i) => i + 1);
        else if (event.key === "ArrowUp") move((i) => i - 1);
        else if (event.key === "Home") move(() => 0);
        else if (event.key === "End") move((_, n) => n - 1);
        else if (event.key === "Escape" || event.key === "Tab") onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={item.apart ? "apart" : undefined}
          onClick={() => {
            onClose();
            item.run();
          }}
        >
          <span className="grow">{item.title}</span>
          {item.keys ? <Key keys={item.keys} /> : null}
        </button>
      ))}
    </div>
  );
}
