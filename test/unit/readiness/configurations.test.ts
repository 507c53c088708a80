// Four configurations or more a server, two of them misleading at least: a port that is not the client's, a setting that
// another overrides, a comment, a condition.
import { describe, expect, it } from "vitest";
import { judgeConfig, SERVER_IDS, serverId } from "../../../shared/readiness/judge";
import { adviceLetter, storageSentence } from "../../../shared/readiness/letter";
import type { Answer, ConfigReader } from "../../../shared/readiness/model";
import { DRAFT_COUNTS, DRAFT_SLIP, SIXTEEN } from "../../../shared/readiness/table";

const reader = (text: string, files: Record<string, string> = {}): ConfigReader => ({
  main: { path: "main", text },
  include: (pattern) =>
    Object.keys(files)
      .filter(
        (path) => path === pattern || (pattern.endsWith("/*.conf") && path.startsWith(pattern.slice(0, -6))),
      )
      .map((path) => ({ path, text: files[path]! })),
});

interface Case {
  readonly says: string;
  readonly text: string;
  readonly files?: Record<string, string>;
  readonly version?: string;
  readonly port: Answer;
  /** Part of a finding's reason. */
  readonly why?: string;
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  apache: [
    {
      says: "an <If> for requests, which leaves the log as it is",
      text: 'LogFormat "%h %{remote}p %t" port\nCustomLog a port\n<If "%{REQUEST_URI} == \'/x\'">\nHeader set X y\n</If>',
      port: "yes",
    },
    {
      says: "a log inside <If>, where httpd takes none",
      text: 'LogFormat "%h %{remote}p %t" port\nLogFormat "%h %t" plain\nCustomLog a plain\n<If "true">\nCustomLog b port\n</If>',
      port: "no",
    },
    {
      says: "a format with the remote port",
      text: 'LogFormat "%h:%{remote}p %l %u %t" port\nCustomLog logs/access.log port',
      port: "yes",
    },
    {
      says: "a %p that is the server's own port",
      text: 'LogFormat "%h %p %t" port\nCustomLog logs/access.log port',
      port: "no",
      why: "server's own",
    },
    {
      says: "a commented line",
      text: '#LogFormat "%{remote}p" x\nLogFormat "%h %t" x\nCustomLog a x',
      port: "no",
    },
    {
      says: "a virtual host with its own log, which does not write the main server's",
      text: 'LogFormat "%h %{remote}p %t" port\nLogFormat "%h %t" plain\nCustomLog a port\n<VirtualHost *:80>\nServerName www.example.org\nCustomLog b plain\n</VirtualHost>',
      port: "partly",
    },
    {
      says: "a virtual host without one, which inherits it",
      text: 'LogFormat "%h %{remote}p %t" port\nCustomLog a port\n<VirtualHost *:80>\nServerName www.example.org\n</VirtualHost>',
      port: "yes",
    },
    {
      says: "a forwarded address beside the proxy's port",
      text: 'RemoteIPHeader X-Forwarded-For\nLogFormat "%a %{remote}p %t" port\nCustomLog a port',
      port: "no",
      why: "do not belong together",
    },
    {
      says: "the PROXY protocol, which brings both",
      text: 'RemoteIPProxyProtocol On\nRemoteIPHeader X\nLogFormat "%a %{remote}p %t" port\nCustomLog a port',
      port: "yes",
    },
    {
      says: "some requests only",
      text: 'LogFormat "%a %{remote}p" port\nCustomLog a port env=suspicious',
      port: "partly",
    },
    {
      says: "a define that the files do not make",
      text: '<IfDefine PORTS>\nCustomLog a "%h %{remote}p"\n</IfDefine>',
      port: "unknown",
    },
    {
      says: "a version that the condition excludes",
      text: 'LogFormat "%h %{remote}p" p\nLogFormat "%h" q\n<IfVersion >= 2.4>\nCustomLog a q\n</IfVersion>\n<IfVersion < 2.4>\nCustomLog a p\n</IfVersion>',
      version: "2.4.62",
      port: "no",
    },
    {
      says: "an included file",
      text: "Include conf.d/*.conf",
      files: { "conf.d/log.conf": 'CustomLog a "%h %{remote}p %t"' },
      port: "yes",
    },
    { says: "a line that goes on in the next", text: 'CustomLog a \\\n  "%h %{remote}p %t"', port: "yes" },
  ],
  iis: [
    {
      says: "a location that switches one site's log off",
      text: `<configuration><sites><siteDefaults><logFile><customFields><add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="A"/><site name="B"/></sites><location path="B"><system.webServer><httpLogging dontLog="true"/></system.webServer></location></configuration>`,
      port: "partly",
      why: "dontLog",
    },
    {
      says: "a location that switches it on again, below a server that logs nothing",
      text: `<configuration><sites><siteDefaults><logFile><customFields><add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="A"/></sites><system.webServer><httpLogging dontLog="true"/></system.webServer><location path="A"><system.webServer><httpLogging dontLog="false"/></system.webServer></location></configuration>`,
      port: "yes",
    },
    {
      says: "a part of a site that is not logged",
      text: `<configuration><sites><siteDefaults><logFile><customFields><add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="A"/></sites><location path="A/health"><system.webServer><httpLogging dontLog="true"/></system.webServer></location></configuration>`,
      port: "partly",
      why: "A/health",
    },
    {
      says: "failed requests only",
      text: `<configuration><sites><siteDefaults><logFile><customFields><add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="A"/></sites><system.webServer><httpLogging selectiveLogging="LogError"/></system.webServer></configuration>`,
      port: "partly",
      why: "failed",
    },
    {
      says: "a custom field for REMOTE_PORT",
      text: '<sites><siteDefaults><logFile logFormat="W3C"><customFields><add logFieldName="c-port" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="Default"/></sites>',
      port: "yes",
    },
    {
      says: "the plain W3C log",
      text: '<sites><siteDefaults><logFile logFormat="W3C"/></siteDefaults><site name="Default"/></sites>',
      port: "no",
      why: "s-port",
    },
    {
      says: "a commented field",
      text: '<sites><site name="A"><logFile><customFields><!-- <add logFieldName="p" sourceName="REMOTE_PORT" sourceType="ServerVariable"/> --></customFields></logFile></site></sites>',
      port: "no",
    },
    {
      says: "a forwarded port in a request header",
      text: '<sites><site name="A"><logFile><customFields><add logFieldName="p" sourceName="X-Forwarded-Port" sourceType="RequestHeader"/></customFields></logFile></site></sites>',
      port: "no",
      why: "not the client's port",
    },
    {
      says: "a site that clears the inherited fields",
      text: '<sites><siteDefaults><logFile><customFields><add logFieldName="p" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></siteDefaults><site name="A"><logFile><customFields><clear/></customFields></logFile></site><site name="B"/></sites>',
      port: "partly",
    },
    {
      says: "a version before custom fields",
      text: '<sites><site name="A"><logFile><customFields><add logFieldName="p" sourceName="REMOTE_PORT" sourceType="ServerVariable"/></customFields></logFile></site></sites>',
      version: "7.5",
      port: "no",
    },
  ],
  tomcat: [
    {
      says: "the remote port in the pattern",
      text: '<Server><Service><Engine><Host><Valve className="org.apache.catalina.valves.AccessLogValve" pattern="%h %{remote}p %t"/></Host></Engine></Service></Server>',
      port: "yes",
    },
    {
      says: "the local port",
      text: '<Host><Valve className="org.apache.catalina.valves.AccessLogValve" pattern="%h %p %t"/></Host>',
      port: "no",
      why: "server's own",
    },
    {
      says: "a valve in a comment",
      text: '<Host><!-- <Valve className="x.AccessLogValve" pattern="%{remote}p"/> --></Host>',
      port: "no",
    },
    {
      says: "a forwarded address beside the proxy's port",
      text: '<Host><Valve className="x.RemoteIpValve"/><Valve className="x.AccessLogValve" requestAttributesEnabled="true" pattern="%a %{remote}p"/></Host>',
      port: "no",
    },
    {
      says: "a named pattern",
      text: '<Host><Valve className="x.AccessLogValve" pattern="combined"/></Host>',
      port: "no",
    },
  ],
  squid: [
    {
      says: "a format with the client's port",
      text: "logformat p %ts.%03tu %>a:%>p %rm\naccess_log stdio:/var/log/a logformat=p",
      port: "yes",
    },
    {
      says: "the old form with a width",
      text: "logformat p %ts %>a %5>p\naccess_log /var/log/a p",
      port: "yes",
    },
    {
      says: "the server's port of the connection",
      text: "logformat p %ts %>a %<p %>lp\naccess_log /var/log/a p",
      port: "no",
      why: "not the client's",
    },
    { says: "a built-in format", text: "access_log daemon:/var/log/a squid", port: "no" },
    { says: "the default", text: "http_port 3128", port: "no" },
    {
      says: "a forwarded address",
      text: "follow_x_forwarded_for allow all\nlogformat p %>a %>p\naccess_log stdio:/a logformat=p",
      port: "partly",
    },
  ],
  nginx: [
    {
      says: "a format with the remote port",
      text: "http { log_format p '$remote_addr $remote_port'; access_log /a p; server { listen 80; } }",
      port: "yes",
    },
    {
      says: "the server's port",
      text: "http { log_format p '$remote_addr $server_port'; access_log /a p; server { listen 80; } }",
      port: "no",
    },
    {
      says: "a server with its own log",
      text: "http { log_format p '$remote_addr $remote_port'; access_log /a p; server { server_name a; } server { server_name b; access_log /b combined; } }",
      port: "partly",
    },
    {
      says: "a location that logs nothing",
      text: "http { log_format p '$remote_port'; access_log /a p; server { location /x { access_log off; } } }",
      port: "partly",
    },
    {
      says: "a forwarded address",
      text: "http { set_real_ip_from 10.0.0.0/8; real_ip_header X-Forwarded-For; log_format p '$remote_addr $remote_port'; access_log /a p; server {} }",
      port: "unknown",
    },
    {
      says: "the PROXY protocol",
      text: "http { set_real_ip_from 10.0.0.0/8; real_ip_header proxy_protocol; log_format p '$remote_addr $remote_port'; access_log /a p; server {} }",
      port: "yes",
    },
    {
      says: "a comment",
      text: "http {\n#access_log /a p;\nlog_format p '$remote_port';\nserver { listen 80; }\n}",
      port: "no",
    },
    {
      says: "a variable whose name only begins alike",
      text: "http { log_format p '$remote_portal'; access_log /a p; server {} }",
      port: "no",
    },
    {
      says: "an included site",
      text: `http { log_format p '$remote_addr:\${remote_port}x'; include sites/*.conf; }`,
      files: { "sites/a.conf": "server { server_name a; access_log /a p; }" },
      port: "yes",
    },
    {
      says: "the mail proxy at level info",
      text: "error_log /e info; mail { server { listen 25; } }",
      port: "yes",
    },
    {
      says: "the mail proxy at the default level",
      text: "error_log /e; mail { server { listen 25; } }",
      port: "no",
    },
  ],
  sendmail: [
    {
      says: "a ruleset that logs the port",
      text: "LOCAL_CONFIG\nKlog syslog\nLOCAL_RULESETS\nSLocal_check_relay\nR$*\t$: $(log from $&{client_addr} $&{client_port} $)",
      port: "yes",
    },
    {
      says: "the same behind dnl",
      text: "LOCAL_CONFIG\ndnl Klog syslog\nR$*\t$: $(log $&{client_port} $)",
      port: "no",
    },
    {
      says: "a map that is never used with it",
      text: "Klog syslog\nR$*\t$: $(log $&{client_addr} $)",
      port: "no",
    },
    { says: "a plain configuration", text: "OSTYPE(linux)dnl\nMAILER(smtp)dnl", port: "no" },
    { says: "a milter, which may log it", text: "INPUT_MAIL_FILTER(`x', `S=local:/run/x')", port: "unknown" },
  ],
  exchange: [
    {
      says: "verbose receive connectors",
      text: "Name                 : Default Frontend EX1\nProtocolLoggingLevel : Verbose",
      port: "yes",
    },
    {
      says: "a level of None",
      text: "Name                 : Default Frontend EX1\nProtocolLoggingLevel : None",
      port: "no",
    },
    {
      says: "a send connector, whose remote end is a server",
      text: "Name                 : To Internet\nAddressSpaces        : {SMTP:*;1}\nProtocolLoggingLevel : Verbose",
      port: "unknown",
    },
    {
      says: "one of two",
      text: "Name : A\nProtocolLoggingLevel : Verbose\n\nName : B\nProtocolLoggingLevel : None",
      port: "partly",
    },
    { says: "IMAP's default", text: "Name : 1\nProtocolLogEnabled : False", port: "no" },
  ],
  postfix: [
    {
      says: "the setting",
      text: "smtpd_client_port_logging = yes",
      files: { "master.cf": "smtp inet n - n - - smtpd" },
      port: "yes",
    },
    {
      says: "a later value that takes it back",
      text: "smtpd_client_port_logging = yes\nsmtpd_client_port_logging = no",
      files: { "master.cf": "smtp inet n - n - - smtpd" },
      port: "no",
    },
    {
      says: "a service that overrides it",
      text: "smtpd_client_port_logging = yes",
      files: {
        "master.cf":
          "smtp inet n - n - - smtpd\nsubmission inet n - n - - smtpd\n  -o smtpd_client_port_logging=no",
      },
      port: "partly",
    },
    {
      says: "the default",
      text: "myhostname = mx",
      files: { "master.cf": "smtp inet n - n - - smtpd" },
      port: "no",
    },
    {
      says: "postscreen before smtpd",
      text: "",
      files: { "master.cf": "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd" },
      port: "partly",
    },
    { says: "a comment", text: "#smtpd_client_port_logging = yes", port: "no" },
    {
      says: "another parameter's value",
      text: "verbose_ports = yes\nsmtpd_client_port_logging = $verbose_ports",
      port: "yes",
    },
    {
      says: "a version before the setting",
      text: "smtpd_client_port_logging = yes",
      version: "2.3",
      port: "unknown",
    },
  ],
  exim: [
    {
      says: "a macro that .ifndef gives its value, and .ifdef uses, as Debian's files do",
      text: ".ifndef MAIN_LOG_SELECTOR\nMAIN_LOG_SELECTOR = +tls_peerdn +incoming_port\n.endif\n.ifdef MAIN_LOG_SELECTOR\nlog_selector = MAIN_LOG_SELECTOR\n.endif",
      port: "yes",
    },
    {
      says: "a branch that no file takes",
      text: ".ifdef WITH_PORTS\nlog_selector = +incoming_port\n.else\nlog_selector = +tls_peerdn\n.endif",
      port: "no",
      why: "leaves incoming_port out",
    },
    {
      says: "a branch that the build decides",
      text: ".ifdef _HAVE_TLS\nlog_selector = +incoming_port\n.endif",
      port: "unknown",
      why: "condition",
    },
    {
      says: "the second of two branches, nested",
      text: "SITE = x\n.ifdef OTHER\nlog_selector = +all\n.elifdef SITE\n.ifndef OTHER\nlog_selector = +incoming_port\n.endif\n.else\nlog_selector = -all\n.endif",
      port: "yes",
    },
    {
      says: "the selector",
      text: "log_selector = +incoming_port +smtp_protocol_error\nbegin acl",
      port: "yes",
    },
    { says: "a selector taken back behind +all", text: "log_selector = +all -incoming_port", port: "no" },
    { says: "+all", text: "log_selector = +all", port: "yes" },
    {
      says: "the interface's selector, another port",
      text: "log_selector = +incoming_interface",
      port: "no",
    },
    { says: "a macro", text: "MAIN_LOG = +incoming_port\nlog_selector = MAIN_LOG", port: "yes" },
    { says: "a macro from elsewhere", text: "log_selector = MAIN_LOG_SELECTOR", port: "unknown" },
    {
      says: "a selector behind the main section",
      text: "begin acl\nlog_selector = +incoming_port",
      port: "no",
    },
  ],
  dovecot: [
    { says: "the default, whose session id carries the port", text: "protocols = imap", port: "yes" },
    {
      says: "elements without either",
      text: "login_log_format_elements = user=<%u> method=%m rip=%r lip=%l",
      port: "no",
    },
    {
      says: "the port of the server's side",
      text: "login_log_format_elements = user=<%u> rip=%r lport=%{lport}",
      port: "no",
    },
    {
      says: "the remote port",
      text: "login_log_format_elements = user=<%u> rip=%r rport=%{rport}",
      port: "yes",
    },
    {
      says: "the port in 2.4's words",
      text: "login_log_format_elements {\n}\nlogin_log_format_elements = rip=%{remote_ip} rport=%{remote_port}",
      version: "2.4",
      port: "yes",
    },
    {
      says: "an included file that changes it",
      text: "!include conf.d/*.conf",
      files: { "conf.d/10-logging.conf": "login_log_format_elements = user=<%u> rip=%r" },
      port: "no",
    },
  ],
  "uw-imap": [
    { says: "any configuration", text: "", port: "no" },
    { says: "an inetd line", text: "imap stream tcp nowait root /usr/sbin/tcpd imapd", port: "no" },
    { says: "a line that promises more", text: "# log port = yes", port: "no" },
    { says: "a version", text: "", version: "imap-2007f", port: "no" },
  ],
  oracle: [
    {
      says: "the default",
      text: "LISTENER = (DESCRIPTION = (ADDRESS = (PROTOCOL = TCP)(HOST = db)(PORT = 1521)))",
      port: "yes",
    },
    {
      says: "logging switched off",
      text: "LISTENER =\n (DESCRIPTION = )\nLOGGING_LISTENER = OFF",
      port: "no",
    },
    {
      says: "another listener's logging",
      text: "LISTENER = (A)\nSALES = (B)\nLOGGING_SALES = OFF",
      port: "partly",
    },
    { says: "a comment", text: "LISTENER = (A)\n#LOGGING_LISTENER = OFF", port: "yes" },
  ],
  mysql: [
    {
      says: "MySQL with every log on",
      text: "[mysqld]\ngeneral_log=1\nlog_error_verbosity=3",
      version: "8.4",
      port: "no",
    },
    {
      says: "MariaDB 12 with the audit plugin",
      text: "[mariadb]\nplugin_load_add=server_audit\nserver_audit_logging=ON",
      version: "12.0.2-MariaDB",
      port: "yes",
    },
    {
      says: "MariaDB 11, whose plugin has no port yet",
      text: "[mariadb]\nplugin_load_add=server_audit\nserver_audit_logging=ON",
      version: "11.4-MariaDB",
      port: "no",
    },
    {
      says: "the plugin loaded but switched off",
      text: "[mariadb]\nplugin_load_add=server_audit",
      version: "12.0-MariaDB",
      port: "no",
    },
    {
      says: "the client's own section",
      text: "[mysql]\nserver_audit_logging=ON\nplugin_load_add=server_audit",
      version: "12.0-MariaDB",
      port: "no",
    },
    {
      says: "the plugin without a version",
      text: "[mariadb]\nplugin_load_add=server_audit\nserver_audit_logging=1",
      port: "unknown",
    },
  ],
  mssql: [
    {
      says: "a started session",
      text: "CREATE EVENT SESSION x ON SERVER ADD EVENT sqlserver.connectivity_ring_buffer_recorded WITH (STARTUP_STATE=ON)",
      port: "partly",
    },
    {
      says: "one that is not started",
      text: "CREATE EVENT SESSION x ON SERVER ADD EVENT sqlserver.connectivity_ring_buffer_recorded",
      port: "no",
    },
    { says: "a comment", text: "-- connectivity_ring_buffer_recorded STATE = START", port: "no" },
    {
      says: "login auditing, which has the address alone",
      text: "EXEC xp_instance_regwrite N'AuditLevel', REG_DWORD, 3",
      port: "no",
    },
  ],
  postgresql: [
    { says: "the prefix", text: "log_line_prefix = '%m [%p] %r '", port: "yes" },
    { says: "the host without the port", text: "log_line_prefix = '%m %h '", port: "no", why: "%h" },
    { says: "an escaped %%r", text: "log_line_prefix = '%m %%r '", port: "no" },
    { says: "connections", text: "log_connections = on", port: "yes" },
    {
      says: "a later value that takes it back",
      text: "log_connections = on\nlog_connections = off",
      port: "no",
    },
    {
      says: "ALTER SYSTEM, which comes after all",
      text: "log_connections = on",
      files: { "postgresql.auto.conf": "log_connections = 'off'" },
      port: "no",
    },
    {
      says: "csvlog without its collector",
      text: "log_destination = 'csvlog'\nlogging_collector = off",
      port: "no",
    },
    { says: "csvlog with it", text: "log_destination = 'csvlog'\nlogging_collector = on", port: "yes" },
    { says: "18's list", text: "log_connections = 'receipt,authorization'", port: "yes" },
  ],
  sshd: [
    { says: "the default", text: "Port 22", port: "yes" },
    { says: "a quiet level", text: "LogLevel QUIET", port: "no" },
    { says: "a second value, which does not count", text: "LogLevel INFO\nLogLevel QUIET", port: "yes" },
    { says: "a comment", text: "#LogLevel QUIET", port: "yes" },
    {
      says: "a Match block that lowers it",
      text: "LogLevel INFO\nMatch Address 10.0.0.0/8\n  LogLevel ERROR",
      port: "partly",
    },
    {
      says: "an included file that comes first",
      text: "Include /etc/ssh/sshd_config.d/*.conf\nLogLevel INFO",
      files: { "/etc/ssh/sshd_config.d/a.conf": "LogLevel FATAL" },
      port: "no",
    },
    { says: "the word in another case, with an equals sign", text: "loglevel=quiet", port: "no" },
  ],
};

for (const [server, cases] of Object.entries(CASES)) {
  describe(`${server}: the port by`, () => {
    for (const c of cases) {
      it(`${c.says} -> ${c.port}`, () => {
        const judged = judgeConfig(server, reader(c.text, c.files), c.version ?? null);
        expect(judged.port, JSON.stringify(judged.findings, null, 1)).toBe(c.port);
        if (c.why) expect(judged.findings.map((f) => f.why).join("; ")).toContain(c.why);
        // Whoever does not log it is told how, and no advice is given where nothing is missing.
        expect(judged.advice.length > 0).toBe(judged.port !== "yes");
        expect(adviceLetter(judged)).toContain(judged.statement);
        expect(storageSentence(judged)).toMatch(judged.port === "yes" ? /Nothing more/ : /bytes/);
      });
    }
  });
}

describe("what is advised", () => {
  const takes: readonly [string, (lines: string) => string][] = [
    ["apache", (lines) => lines],
    ["nginx", (lines) => `http { ${lines} server { listen 80; } }`],
    ["squid", (lines) => lines],
    ["tomcat", (lines) => `<Host>${lines}</Host>`],
    ["postfix", (lines) => lines],
    ["exim", (lines) => lines],
    ["dovecot", (lines) => lines],
    ["postgresql", (lines) => lines],
    ["sshd", (lines) => lines],
    ["sendmail", (lines) => lines],
    [
      "iis",
      (lines) => `<sites><siteDefaults><logFile>${lines}</logFile></siteDefaults><site name="A"/></sites>`,
    ],
  ];
  for (const [server, place] of takes) {
    it(`makes ${server} log the port by its own judge`, () => {
      const off = CASES[server]!.find((c) => c.port === "no" && c.version === undefined)!;
      const { advice } = judgeConfig(server, reader(off.text, off.files), null);
      const lines = advice[advice.length - 1]!.lines.join("\n");
      expect(judgeConfig(server, reader(place(lines)), null).port).toBe("yes");
    });
  }
});

describe("the table of sixteen servers", () => {
  it("has the draft's counts of its own rows, and says where its text contradicts them", () => {
    expect(SIXTEEN).toHaveLength(16);
    expect(DRAFT_COUNTS).toEqual({ possible: 13, feasible: 11, byDefault: 1 });
    expect(DRAFT_SLIP).toMatch(/11.*ten/);
  });
  it("has a judge and at least four configurations for each", () => {
    for (const id of SERVER_IDS) expect(CASES[id]!.length, id).toBeGreaterThanOrEqual(4);
    expect(Object.keys(CASES).sort()).toEqual([...SERVER_IDS].sort());
  });
  it("takes the names that analysts use, and lists them for one that it does not know", () => {
    expect(serverId("HTTPD")).toBe("apache");
    expect(serverId("OpenSSH")).toBe("sshd");
    expect(() => serverId("lighttpd")).toThrow(/not one of the sixteen/);
  });
});
