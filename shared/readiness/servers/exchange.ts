// Exchange: the receive connectors' protocol logging, as Get-ReceiveConnector | Format-List prints it, or the
// protocol-log settings of IMAP and POP. Verbose writes remote-endpoint, address and port; send connectors log the other
// server, not a client. Source: Exchange Server documentation, "Protocol logging".
import type { LogFinding, ServerJudge } from "../model";

export const exchange: ServerJudge = {
  id: "exchange",
  since: null,
  judge({ main }) {
    const findings: LogFinding[] = [];
    let record: Map<string, { value: string; line: number }> = new Map();
    const finish = () => {
      const level = record.get("protocolloggingLevel".toLowerCase());
      const name = record.get("name")?.value ?? record.get("identity")?.value ?? "connector";
      const enabled = record.get("enabled")?.value.toLowerCase() !== "false";
      const imap = record.get("protocollogenabled");
      const sends = record.has("addressspaces") || record.has("smarthosts");
      if (level && !sends && enabled) {
        const at = { log: "SMTP receive protocol log", scope: name, file: main.path, line: level.line };
        findings.push(
          /^verbose$/i.test(level.value)
            ? {
                ...at,
                port: "yes",
                why: "Verbose writes remote-endpoint, address and port, of every session",
              }
            : { ...at, port: "no", why: `ProtocolLoggingLevel is ${level.value}` },
        );
      }
      if (imap) {
        const at = { log: "IMAP/POP protocol log", scope: name, file: main.path, line: imap.line };
        findings.push(
          /^true$/i.test(imap.value)
            ? { ...at, port: "yes", why: "the protocol log has cIp, address and port" }
            : { ...at, port: "no", why: "ProtocolLogEnabled is False, the default" },
        );
      }
      record = new Map();
    };
    main.text.split(/\r?\n/).forEach((text, i) => {
      const m = /^\s*([A-Za-z]+)\s*:\s?(.*?)\s*$/.exec(text);
      if (text.trim() === "") finish();
      else if (m) {
        if (record.has(m[1]!.toLowerCase())) finish();
        record.set(m[1]!.toLowerCase(), { value: m[2]!, line: i + 1 });
      }
    });
    finish();
    const open =
      findings.length === 0
        ? [
            "No receive connector, IMAP or POP settings were found: give the output of Get-ReceiveConnector | Format-List Name,Enabled,ProtocolLoggingLevel.",
          ]
        : [];
    return {
      findings,
      open,
      advice:
        findings.length > 0 && findings.every((f) => f.port === "yes")
          ? []
          : [
              {
                kind: "parallel log",
                why: "The protocol log is a log of its own; message tracking and its readers are not touched. It is rotated by age and size.",
                place: "the Exchange Management Shell",
                lines: [
                  "Get-ReceiveConnector | Set-ReceiveConnector -ProtocolLoggingLevel Verbose",
                  "Set-ImapSettings -ProtocolLogEnabled $true",
                  "Set-PopSettings -ProtocolLogEnabled $true",
                ],
              },
            ],
    };
  },
};
