// Whether a time-stamp holds, offline: its signature, the certificate that signed it, and the chain from there to an
// authority that the examiner trusts (RFC 3161 sections 2.3 and 2.4, RFC 5652 section 5.4, RFC 5816). Revocation cannot
// be looked up offline, and is not.
import { constants, createHash, type KeyObject, verify, X509Certificate } from "node:crypto";
import { equalBytes, hex } from "../../../shared/custody/bytes";
import { childrenOf, context, type Der, expectTag, oidText, readDer, TAG } from "../../../shared/custody/der";
import { parseTimeStampReply, type StampInfo, type StampReply } from "../../../shared/custody/timestamp";

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const RSA_PSS = "1.2.840.113549.1.1.10";
const ED25519 = "1.3.101.112";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";

const DIGESTS: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};
/** Signature algorithms that name their digest; rsaEncryption takes that of the signer. */
const SIGNATURES: Readonly<Record<string, string | null>> = {
  "1.2.840.113549.1.1.1": null,
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};

export interface CheckedStamp {
  readonly info: StampInfo;
  /** The authority's own name, from the certificate that signed. */
  readonly authority: string;
  /** Subjects from the signer to the top of the chain. */
  readonly chain: readonly string[];
  /** SHA-256 of the certificate that ends the chain, hex. */
  readonly anchor: string;
  /** True where that certificate is one that the examiner gave. */
  readonly trusted: boolean;
}

/** Certificates of a PEM text. Throws RangeError where there is none. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new RangeError("it holds no certificate (PEM)");
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new RangeError("a certificate in it cannot be read");
    }
  });
}

/**
 * Checks a reply over 32 bytes of SHA-256. Throws RangeError with the first thing that does not hold. `trust`: the
 * certificates of authorities that the examiner trusts; without them the chain is followed as far as it goes.
 */
export function checkStamp(
  bytes: Uint8Array,
  digest: Uint8Array,
  trust: readonly X509Certificate[],
): CheckedStamp {
  const reply = parseTimeStampReply(bytes);
  const { info } = reply;
  if (DIGESTS[info.digestOid] !== "sha256" || info.digest !== hex(digest))
    throw new RangeError("it stamps other bytes than these");
  const sent = reply.certificates.map((one) => {
    try {
      return new X509Certificate(one);
    } catch {
      throw new RangeError("a certificate in it cannot be read");
    }
  });
  const all = [...sent, ...trust];
  const signer = all.find((one) => isSigner(one, reply));
  if (!signer) throw new RangeError("the certificate that signed it is neither in it nor among those given");
  checkAttributes(reply, signer);
  checkSignature(reply, signer);
  checkUsage(signer);
  const at = info.timeUs / 1000;
  const chain = chainFrom(signer, all, trust, at);
  const top = chain.at(-1)!;
  return {
    info,
    authority: oneLine(signer.subject),
    chain: chain.map((one) => oneLine(one.subject)),
    anchor: hex(createHash("sha256").update(top.raw).digest()),
    trusted: isAmong(top, trust),
  };
}

const oneLine = (name: string): string => name.split("\n").reverse().join(", ");

const isAmong = (one: X509Certificate, list: readonly X509Certificate[]): boolean =>
  list.some((other) => other.raw.equals(one.raw));

/** The certificate's tbsCertificate fields behind its optional version (RFC 5280, section 4.1). */
function fieldsOf(certificate: X509Certificate): Der[] {
  const tbs = childrenOf(childrenOf(readDer(certificate.raw))[0]!);
  return tbs[0]?.tag === context(0) ? tbs.slice(1) : tbs;
}

function isSigner(certificate: X509Certificate, reply: StampReply): boolean {
  const [serial, , issuer] = fieldsOf(certificate);
  const number = serial ? hex(serial.body).replace(/^0+(?=.)/, "") : "";
  return (
    number === reply.signer.serial && issuer !== undefined && equalBytes(issuer.raw, reply.signer.issuer)
  );
}

function checkAttributes(reply: StampReply, signer: X509Certificate): void {
  const kind = reply.attributes.get(CONTENT_TYPE);
  if (!kind || oidText(kind) !== TST_INFO) throw new RangeError("its signed content type is another");
  const digest = DIGESTS[reply.digestOid];
  if (digest === undefined) throw new RangeError(`its digest algorithm ${reply.digestOid} is not accepted`);
  const stated = reply.attributes.get(MESSAGE_DIGEST)?.body;
  const found = createHash(digest).update(reply.content).digest();
  if (!stated || !equalBytes(stated, found))
    throw new RangeError("its signed digest is not that of its content");
  const v2 = reply.attributes.get(SIGNING_CERTIFICATE_V2);
  const v1 = reply.attributes.get(SIGNING_CERTIFICATE);
  const named = v2 ?? v1;
  if (!named) throw new RangeError("it does not name the certificate that signed it");
  // SigningCertificate(V2) ::= SEQUENCE { certs SEQUENCE OF ESSCertID(v2), ... }; the first is the signer's.
  const parts = childrenOf(childrenOf(childrenOf(named)[0]!)[0]!);
  const first = parts[0];
  const algorithm = v2 && first?.tag === TAG.sequence ? oidText(childrenOf(first)[0]!) : null;
  const name = v2 ? (algorithm === null ? "sha256" : DIGESTS[algorithm]) : "sha1";
  const sum = expectTag(
    algorithm === null ? first : parts[1],
    TAG.octets,
    "the hash of the signing certificate",
  );
  if (name === undefined || !createHash(name).update(signer.raw).digest().equals(sum.body))
    throw new RangeError("it names another certificate than the one that signed it");
}

function checkSignature(reply: StampReply, signer: X509Certificate): void {
  const wrong = (): never => {
    throw new RangeError("its signature does not hold");
  };
  const { signatureOid: oid, signatureParameters: parameters } = reply;
  const data = reply.signedBytes;
  const key: KeyObject = signer.publicKey;
  if (oid === ED25519) {
    if (!verify(null, data, key, reply.signature)) wrong();
    return;
  }
  if (oid === RSA_PSS) {
    const pss = pssParameters(parameters);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    if (!verify(pss.digest, data, { key, padding, saltLength: pss.salt }, reply.signature)) wrong();
    return;
  }
  const known = SIGNATURES[oid];
  const digest = known === null ? DIGESTS[reply.digestOid] : known;
  if (digest === undefined) throw new RangeError(`its signature algorithm ${oid} is not accepted`);
  if (!verify(digest, data, key, reply.signature)) wrong();
}

/** RSASSA-PSS-params (RFC 4055, section 3.1): the hash and the salt's length; SHA-1, the default, is not accepted. */
function pssParameters(parameters: Der | null): { digest: string; salt: number } {
  const parts = parameters ? childrenOf(parameters) : [];
  const hashPart = parts.find((part) => part.tag === context(0));
  const saltPart = parts.find((part) => part.tag === context(2));
  const digest = hashPart ? DIGESTS[oidText(childrenOf(childrenOf(hashPart)[0]!)[0]!)] : undefined;
  if (digest === undefined) throw new RangeError("its signature's digest is not accepted");
  const salt = saltPart ? childrenOf(saltPart)[0]!.body.reduce((n, byte) => n * 256 + byte, 0) : 20;
  return { digest, salt };
}

/** RFC 3161, section 2.3: the key is for time-stamping only, and says so in a critical extension. */
function checkUsage(signer: X509Certificate): void {
  const holder = fieldsOf(signer).find((field) => field.tag === context(3));
  const extensions = holder ? childrenOf(childrenOf(holder)[0]!) : [];
  for (const extension of extensions) {
    const parts = childrenOf(extension);
    if (oidText(parts[0]!) !== EXTENDED_KEY_USAGE) continue;
    const critical = parts[1]?.tag === TAG.boolean && parts[1].body[0] === 0xff;
    const uses = childrenOf(readDer(parts.at(-1)!.body)).map(oidText);
    if (critical && uses.length === 1 && uses[0] === TIME_STAMPING) return;
    break;
  }
  throw new RangeError("the certificate that signed it is not one for time-stamping alone");
}

/** From the signer upwards: to a trusted certificate, else to one that no certificate here has issued. */
function chainFrom(
  signer: X509Certificate,
  all: readonly X509Certificate[],
  trust: readonly X509Certificate[],
  atMs: number,
): X509Certificate[] {
  const chain = [signer];
  for (let last = signer; ; last = chain.at(-1)!) {
    if (atMs < Date.parse(last.validFrom) || atMs > Date.parse(last.validTo))
      throw new RangeError(`the certificate of ${oneLine(last.subject)} was not valid at that time`);
    if (isAmong(last, trust)) return chain;
    const above = all.filter((one) => one.ca && !isAmong(one, chain) && last.checkIssued(one));
    const issuer = above.find((one) => last.verify(one.publicKey));
    if (!issuer) {
      if (above.length > 0)
        throw new RangeError(`the certificate of ${oneLine(last.subject)} is not signed by its issuer`);
      if (trust.length > 0)
        throw new RangeError(`the chain of ${oneLine(signer.subject)} does not lead to a certificate given`);
      return chain;
    }
    chain.push(issuer);
  }
}
