// RFC 3161 time-stamps, as bytes: the query to carry out, and what a reply says. Whether its signature and certificates
// hold is checked where there is a cryptographic library (electron/engine/case/stamp-check.ts).
import { concat, hex } from "./bytes";
import { childrenOf, context, type Der, der, derInteger, expectTag, oidText, readDer, TAG } from "./der";

const OID_SIGNED_DATA = "1.2.840.113549.1.7.2";
const OID_TST_INFO = "1.2.840.113549.1.9.16.1.4";
const OID_SHA256 = Uint8Array.of(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01);
const TRUE = Uint8Array.of(0xff);

/** MessageImprint with SHA-256 (NULL parameters, as OpenSSL writes it). A reply repeats it byte for byte. */
const imprint = (digest: Uint8Array): Uint8Array =>
  der(TAG.sequence, der(TAG.sequence, der(TAG.oid, OID_SHA256), der(TAG.none)), der(TAG.octets, digest));

/** A TimeStampReq (RFC 3161, section 2.4.1) over 32 bytes of SHA-256, asking for the certificates. */
export function timeStampQuery(digest: Uint8Array, nonce: Uint8Array): Uint8Array {
  const version = der(TAG.integer, Uint8Array.of(1));
  return der(TAG.sequence, version, imprint(digest), derInteger(nonce), der(TAG.boolean, TRUE));
}

/** What a time-stamp says (TSTInfo, RFC 3161, section 2.4.2). */
export interface StampInfo {
  readonly policy: string;
  /** OID of the digest's algorithm, and the digest in hex. */
  readonly digestOid: string;
  readonly digest: string;
  /** Hex. */
  readonly serial: string;
  /** Microseconds since the epoch, UTC. */
  readonly timeUs: number;
  readonly accuracyUs: number | null;
  /** Hex without leading zeros; null where the reply has none. */
  readonly nonce: string | null;
}

/** A reply taken apart: what is signed, and by whom. */
export interface StampReply {
  readonly info: StampInfo;
  /** The bytes of the TSTInfo. */
  readonly content: Uint8Array;
  /** DER of each certificate that came with it. */
  readonly certificates: readonly Uint8Array[];
  readonly digestOid: string;
  readonly signatureOid: string;
  /** Parameters of the signature's algorithm (RSASSA-PSS has some). */
  readonly signatureParameters: Der | null;
  readonly signature: Uint8Array;
  /** The signed attributes as the SET over which the signature is (RFC 5652, section 5.4). */
  readonly signedBytes: Uint8Array;
  /** Values of signed attributes by OID. */
  readonly attributes: ReadonlyMap<string, Der>;
  /** Issuer's name (DER) and serial number in hex, of the signer's certificate. */
  readonly signer: { readonly issuer: Uint8Array; readonly serial: string };
}

/** An INTEGER's value in hex, without leading zeros. */
const integerHex = (element: Der): string => hex(element.body).replace(/^0+(?=.)/, "");

/** Takes a TimeStampResp apart. Throws RangeError with the reason where it is none, or was not granted. */
export function parseTimeStampReply(bytes: Uint8Array): StampReply {
  const whole = readDer(bytes);
  if (whole.tag !== TAG.sequence || whole.raw.length !== bytes.length)
    throw new RangeError("it is not one time-stamp reply (DER)");
  const [status, token] = childrenOf(whole);
  const code = expectTag(
    childrenOf(expectTag(status, TAG.sequence, "the status"))[0],
    TAG.integer,
    "the status",
  );
  // 0 granted, 1 granted with modifications (RFC 3161, section 2.4.2).
  if (code.body.length !== 1 || code.body[0]! > 1)
    throw new RangeError(`the authority refused (status ${integerHex(code)})`);
  const [kind, wrapped] = childrenOf(expectTag(token, TAG.sequence, "the time-stamp token"));
  if (oidText(expectTag(kind, TAG.oid, "the token's kind")) !== OID_SIGNED_DATA)
    throw new RangeError("the token is not signed data");
  return parseSignedData(childrenOf(expectTag(wrapped, context(0), "the signed data"))[0]);
}

function parseSignedData(element: Der | undefined): StampReply {
  const parts = childrenOf(expectTag(element, TAG.sequence, "the signed data"));
  const [kind, wrapped] = childrenOf(expectTag(parts[2], TAG.sequence, "the signed content"));
  if (oidText(expectTag(kind, TAG.oid, "the content's kind")) !== OID_TST_INFO)
    throw new RangeError("what is signed is not a time-stamp");
  const content = childrenOf(expectTag(wrapped, context(0), "the time-stamp"))[0];
  const info = expectTag(content, TAG.octets, "the time-stamp").body;
  const certificates = parts.find((part) => part.tag === context(0));
  const signers = childrenOf(expectTag(parts.at(-1), TAG.set, "the signers"));
  if (signers.length !== 1) throw new RangeError(`it has ${signers.length} signers instead of one`);
  return {
    info: parseInfo(info),
    content: info,
    certificates: certificates ? childrenOf(certificates).map((one) => one.raw) : [],
    ...parseSigner(expectTag(signers[0], TAG.sequence, "the signer")),
  };
}

function parseSigner(element: Der) {
  const [, sid, digest, attributes, signatureKind, signature] = childrenOf(element);
  const [issuer, serial] = childrenOf(expectTag(sid, TAG.sequence, "the signer's issuer and serial number"));
  const signed = expectTag(attributes, context(0), "the signed attributes");
  const [signatureOid, parameters] = childrenOf(
    expectTag(signatureKind, TAG.sequence, "the signature's algorithm"),
  );
  const values = new Map<string, Der>();
  for (const attribute of childrenOf(signed)) {
    const [type, set] = childrenOf(attribute);
    const name = oidText(expectTag(type, TAG.oid, "an attribute's type"));
    const all = childrenOf(expectTag(set, TAG.set, "an attribute's values"));
    if (values.has(name) || all.length !== 1) throw new RangeError(`attribute ${name} is not there once`);
    values.set(name, all[0]!);
  }
  return {
    digestOid: oidText(childrenOf(expectTag(digest, TAG.sequence, "the digest's algorithm"))[0]!),
    signatureOid: oidText(expectTag(signatureOid, TAG.oid, "the signature's algorithm")),
    signatureParameters: parameters ?? null,
    signature: expectTag(signature, TAG.octets, "the signature").body,
    signedBytes: concat(Uint8Array.of(TAG.set), signed.raw.subarray(1)),
    attributes: values,
    signer: {
      issuer: expectTag(issuer, TAG.sequence, "the signer's issuer").raw,
      serial: integerHex(expectTag(serial, TAG.integer, "the signer's serial number")),
    },
  };
}

function parseInfo(bytes: Uint8Array): StampInfo {
  const [, policy, print, serial, time, ...rest] = childrenOf(readDer(bytes));
  const [kind, digest] = childrenOf(expectTag(print, TAG.sequence, "the imprint"));
  const nonce = rest.find((one) => one.tag === TAG.integer);
  const accuracy = rest.find((one) => one.tag === TAG.sequence);
  return {
    policy: oidText(expectTag(policy, TAG.oid, "the policy")),
    digestOid: oidText(childrenOf(expectTag(kind, TAG.sequence, "the imprint's algorithm"))[0]!),
    digest: hex(expectTag(digest, TAG.octets, "the imprint").body),
    serial: integerHex(expectTag(serial, TAG.integer, "the serial number")),
    timeUs: generalizedTimeUs(expectTag(time, TAG.time, "the time")),
    accuracyUs: accuracy ? accuracyUs(accuracy) : null,
    nonce: nonce ? integerHex(nonce) : null,
  };
}

/** Accuracy ::= SEQUENCE { seconds INTEGER, millis [0], micros [1] }, each optional. */
function accuracyUs(element: Der): number {
  const units = new Map([
    [TAG.integer as number, 1_000_000],
    [0x80, 1_000],
    [0x81, 1],
  ]);
  let sum = 0;
  for (const part of childrenOf(element)) {
    const value = part.body.reduce((n, byte) => n * 256 + byte, 0);
    sum += value * (units.get(part.tag) ?? 0);
  }
  return sum;
}

/** GeneralizedTime in the form of RFC 3161: YYYYMMDDhhmmss[.s...]Z. */
function generalizedTimeUs(element: Der): number {
  const text = String.fromCharCode(...element.body);
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,6})\d*)?Z$/.exec(text);
  if (!match) throw new RangeError(`its time "${text}" is not in UTC to the second`);
  const [y, mo, d, h, mi, s] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = Date.UTC(y, mo - 1, d, h, mi, s);
  if (new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, "") !== text.slice(0, 14))
    throw new RangeError(`its time "${text}" does not exist`);
  return ms * 1000 + Number((match[7] ?? "").padEnd(6, "0"));
}
