// Choosing paths. Where the system has dialogs, they are used; on loopback the window lists the machine's folders itself,
// since a browser never tells a page where a file lies - and evidence is to be read where it lies, not copied into a page.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { HostEntry, HostReply } from "../../shared/contract/host";
import type { ProductError } from "../../shared/errors";
import { link } from "../client/link";
import { asProductError } from "../client/use-request";
import { Button, Dialog, Fault, TextField } from "../parts/parts";
import { FileSign, FolderSign, PlugSign } from "../signs/icons";
import { sizeText } from "../signs/numbers";
import { timeText } from "../signs/time-format";
import { Rich, t } from "../words/words";
import { app } from "./store";

type Kind = "files" | "case" | "save";
interface Asking {
  readonly kind: Kind;
  readonly title: string;
  readonly suggested?: string;
  /** Names and sizes of dropped files: entries that match are marked from the start. */
  readonly wanted?: readonly { readonly name: string; readonly size: number }[];
  done(paths: readonly string[]): void;
}

let asking: Asking | null = null;
const listeners = new Set<() => void>();
const ask = (next: Asking | null) => {
  asking = next;
  for (const listener of listeners) listener();
};
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export async function choosePaths(
  kind: Kind,
  title: string,
  suggested?: string,
  wanted?: Asking["wanted"],
): Promise<readonly string[]> {
  if (app.get().host?.dialogs)
    return (await link.host("host.choose", { kind, title, ...(suggested ? { suggested } : {}) })).paths;
  return new Promise((done) =>
    ask({
      kind,
      title,
      ...(suggested ? { suggested } : {}),
      ...(wanted ? { wanted } : {}),
      done: (paths) => {
        ask(null);
        done(paths);
      },
    }),
  );
}

const joined = (folder: string, name: string): string => {
  const separator = app.get().host?.separator ?? "/";
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
};
const splitPath = (path: string): { folder: string; name: string } => {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at < 0 ? { folder: "", name: path } : { folder: path.slice(0, at) || "/", name: path.slice(at + 1) };
};

export function FileBrowser() {
  const current = useSyncExternalStore(subscribe, () => asking);
  return current ? <Browser asking={current} /> : null;
}

function Browser({ asking: { kind, title, suggested, wanted, done } }: { asking: Asking }) {
  const { host, prefs } = app.get();
  const start = kind === "save" && suggested ? splitPath(suggested) : { folder: prefs.lastFolder, name: "" };
  const [typed, setTyped] = useState(start.folder || host?.home || "/");
  const [name, setName] = useState(start.name);
  const [list, setList] = useState<HostReply<"host.list"> | null>(null);
  const [error, setError] = useState<ProductError | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const listRef = useRef<HTMLDivElement>(null);

  // A slow answer to an earlier question must not replace the folder that was asked for since.
  const turn = useRef(0);
  /** True while the analyst is typing a folder: an answer does not overwrite it. */
  const touched = useRef(false);
  const go = useCallback(
    async (path: string, fallback?: string) => {
      const mine = ++turn.current;
      try {
        const found = await link.host("host.list", { path });
        if (mine !== turn.current) return;
        setList(found);
        if (!touched.current) setTyped(found.path);
        setAt(0);
        setError(null);
        const matching = found.entries.filter((entry) =>
          wanted?.some(
            (file) => file.name === entry.name && file.size === entry.bytes && entry.kind === "file",
          ),
        );
        setChosen(new Set(matching.map((entry) => entry.name)));
        app.prefer({ lastFolder: found.path });
      } catch (thrown) {
        if (mine !== turn.current) return;
        if (fallback && fallback !== path) await go(fallback);
        else setError(asProductError(thrown));
      }
    },
    [wanted],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for the folder it opens with
  useEffect(() => {
    void go(typed, host?.home ?? "/");
  }, []);

  const entries = list?.entries ?? [];
  const open = (entry: HostEntry) => {
    if (!list) return;
    const path = joined(list.path, entry.name);
    if (entry.kind === "folder") void go(path);
    else if (entry.kind === "case") kind === "case" ? done([path]) : void go(path);
    else if (kind === "files") done([path]);
    else if (kind === "save") setName(entry.name);
  };
  const toggle = (entry: HostEntry) => {
    const usable = kind === "files" ? entry.kind === "file" : kind === "case" ? entry.kind === "case" : false;
    if (!usable) return;
    const next = new Set(kind === "files" ? chosen : []);
    if (chosen.has(entry.name)) next.delete(entry.name);
    else next.add(entry.name);
    setChosen(next);
  };
  const moveTo = (next: number) => {
    const clamped = Math.min(entries.length - 1, Math.max(0, next));
    setAt(clamped);
    listRef.current?.querySelector(`[data-at="${clamped}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const finish = () => {
    if (!list) return;
    if (kind === "save") done([joined(list.path, name.trim())]);
    else done([...chosen].map((one) => joined(list.path, one)));
  };
  const blocked =
    kind === "save"
      ? name.trim()
        ? null
        : t("It needs a name.")
      : chosen.size
        ? null
        : kind === "files"
          ? t("Choose one file or more.")
          : t("Choose a case.");
  const label =
    kind === "files"
      ? chosen.size > 1
        ? t("Add {{count}} files", { count: chosen.size })
        : t("Add file")
      : kind === "case"
        ? t("Open case")
        : t("Choose");
  return (
    <Dialog
      title={title}
      className="browser"
      onClose={() => done([])}
      foot={
        <>
          <Button kind="primary" blocked={blocked} onClick={finish}>
            {label}
          </Button>
          <Button onClick={() => done([])}>{t("Cancel")}</Button>
          <span className="small muted">
            {blocked ??
              (kind === "files" ? t("The files stay where they are; only their place is recorded.") : "")}
          </span>
        </>
      }
    >
      {wanted ? (
        <p className="small muted">
          <Rich
            text="A browser does not tell where a dropped file lies. Go to the folder of {{names}}; files of that name and size are chosen for you."
            values={{ names: <span className="mono">{wanted.map((file) => file.name).join(", ")}</span> }}
          />
        </p>
      ) : null}
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          touched.current = false;
          void go(typed);
        }}
      >
        <div className="grow">
          <TextField
            label={t("Folder")}
            mono
            value={typed}
            onChange={(text) => {
              touched.current = true;
              setTyped(text);
            }}
          />
        </div>
        <span style={{ alignSelf: "flex-end" }} className="row">
          <Button submit>{t("Go")}</Button>
          <Button
            blocked={list?.parent ? null : t("This is the top.")}
            onClick={() => {
              if (list?.parent) void go(list.parent);
            }}
          >
            {t("Up")}
          </Button>
        </span>
      </form>
      {error ? <Fault error={error} /> : null}
      <div
        ref={listRef}
        className="browser-list"
        role="listbox"
        aria-label={t("Contents of {{folder}}", { folder: list?.path ?? typed })}
        aria-multiselectable={kind === "files"}
        aria-activedescendant={entries[at] ? `entry-${at}` : undefined}
        tabIndex={0}
        onKeyDown={(event) => {
          const entry = entries[at];
          if (event.key === "ArrowDown") moveTo(at + 1);
          else if (event.key === "ArrowUp") moveTo(at - 1);
          else if (event.key === "PageDown") moveTo(at + 12);
          else if (event.key === "PageUp") moveTo(at - 12);
          else if (event.key === "Home") moveTo(0);
          else if (event.key === "End") moveTo(entries.length - 1);
          else if (event.key === "Backspace" && list?.parent) void go(list.parent);
          else if (event.key === " " && entry) toggle(entry);
          else if (event.key === "Enter" && entry) {
            if (chosen.size && entry.kind === "file") finish();
            else open(entry);
          } else if (event.key.length === 1 && !event.ctrlKey && !event.altKey) {
            const letter = event.key.toLowerCase();
            const order = entries.map((_, i) => (at + 1 + i) % entries.length);
            const next = order.find((i) => entries[i]?.name.toLowerCase().startsWith(letter));
            if (next !== undefined) moveTo(next);
          } else return;
          event.preventDefault();
        }}
      >
        {entries.map((entry, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list's keys are handled by the listbox
          <div
            key={entry.name}
            id={`entry-${i}`}
            data-at={i}
            role="option"
            tabIndex={-1}
            aria-selected={chosen.has(entry.name)}
            className={i === at ? "at" : ""}
            onClick={() => {
              setAt(i);
              toggle(entry);
              if (kind === "save" && entry.kind !== "file") open(entry);
            }}
            onDoubleClick={() => open(entry)}
          >
            <span className="muted" style={{ display: "grid" }}>
              {entry.kind === "case" ? <PlugSign /> : entry.kind === "folder" ? <FolderSign /> : <FileSign />}
            </span>
            <span
              className="mono"
              style={{ overflow: "hidden", textOverflow: "ellipsis" }}
              title={entry.name}
            >
              {entry.name}
            </span>
            <span
              className="mono muted right"
              title={entry.kind === "file" ? t("{{count}} bytes", { count: entry.bytes }) : undefined}
            >
              {entry.kind === "file" ? sizeText(entry.bytes) : entry.kind === "case" ? t("case") : ""}
            </span>
            <span className="mono faint right">
              {`${timeText(entry.modifiedMs * 1000, 0, "UTC").slice(0, 16)}Z`}
            </span>
          </div>
        ))}
        {list && entries.length === 0 ? (
          <p className="muted small" style={{ padding: 10 }}>
            {t("This folder is empty.")}
          </p>
        ) : null}
      </div>
      {list?.left ? (
        <span className="small mark">
          {t("{{count}} more entries are not listed.", { count: list.left })}
        </span>
      ) : null}
      {kind === "save" ? <TextField label={t("Name")} mono value={name} onChange={setName} /> : null}
    </Dialog>
  );
}
