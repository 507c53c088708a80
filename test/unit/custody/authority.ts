// A time-stamping authority of our own, made with the openssl command: a root, a certificate for time-stamping, replies.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const opensslThere = spawnSync("openssl", ["version"]).status === 0;

export interface Authority {
  /** PEM of the root's certificate. */
  readonly root: string;
  reply(query: string, out: string): void;
}

const openssl = (folder: string, ...args: string[]): void => {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
};

export interface AuthorityOptions {
  readonly key?: readonly string[];
  /** The extended key usage of the certificate that stamps. */
  readonly usage?: string;
  readonly digest?: string;
  /** Days that the certificate is valid; negative for one that has run out. */
  readonly notAfter?: string;
  /** RFC 5816 (sha256) or the older attribute (sha1). */
  readonly essDigest?: string;
}

/** Makes the authority in a folder of its own. */
export function makeAuthority(folder: string, options: AuthorityOptions = {}): Authority {
  mkdirSync(folder);
  const {
    key = ["rsa:2048"],
    usage = "critical,timeStamping",
    digest = "sha256",
    essDigest = "sha256",
  } = options;
  writeFileSync(
    join(folder, "ts.cnf"),
    `[req]
distinguished_name = dn
prompt = no
[dn]
O = Test Authority
CN = Root
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamp]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = ${usage}
[tsa]
default_tsa = one
[one]
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
certs = ${folder}/root.pem
signer_key = ${folder}/tsa.key
signer_digest = ${digest}
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_chain = no
ess_cert_id_alg = ${essDigest}
`,
  );
  writeFileSync(join(folder, "serial"), "01\n");
  const config = ["-config", "ts.cnf"];
  const newKey = ["-newkey", ...key, "-nodes"];
  openssl(
    folder,
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "root.key",
    "-out",
    "root.pem",
    "-days",
    "3650",
    ...config,
    "-extensions",
    "root",
  );
  openssl(
    folder,
    "req",
    "-new",
    ...newKey,
    "-keyout",
    "tsa.key",
    "-out",
    "tsa.csr",
    ...config,
    "-subj",
    "/O=Test Authority/CN=Stamper",
  );
  const days = options.notAfter ?? "3650";
  openssl(
    folder,
    "x509",
    "-req",
    "-in",
    "tsa.csr",
    "-CA",
    "root.pem",
    "-CAkey",
    "root.key",
    "-set_serial",
    "0x00a1b2c3d4",
    "-out",
    "tsa.pem",
    "-days",
    days,
    "-extfile",
    "ts.cnf",
    "-extensions",
    "stamp",
  );
  return {
    root: join(folder, "root.pem"),
    reply(query, out) {
      openssl(folder, "ts", "-reply", ...config, "-queryfile", query, "-out", out);
    },
  };
}

/** What openssl says of a reply over a file's bytes. */
export const opensslVerifies = (data: string, reply: string, root: string): boolean =>
  spawnSync("openssl", ["ts", "-verify", "-data", data, "-in", reply, "-CAfile", root]).status === 0;

export const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file));
