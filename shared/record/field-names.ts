// Fields of logs whose layout names them by the server's own directives (Apache mod_log_config, nginx, W3C extended), and
// the one plain name that a filter and a column's title have for all of them.

/** Plain name of a field: the names that servers write it with. */
export const PLAIN_NAMES = {
  status: /^(%>?s|\$status|sc-status)$/,
  request: /^(%r|\$request)$/,
  bytes: /^(%[bBO]|\$(body_)?bytes_sent|sc-bytes)$/,
  user: /^(%u|\$remote_user|cs-username)$/,
  method: /^(%m|\$request_method|cs-method)$/,
  path: /^(%U|\$(request_)?uri|cs-uri-stem)$/,
  host: /^(%v|\$host|cs-host)$/i,
  referer: /^(%\{referer\}i|\$http_referer|cs\(referer\))$/i,
  userAgent: /^(%\{user-agent\}i|\$http_user_agent|cs\(user-agent\))$/i,
} as const satisfies Readonly<Record<string, RegExp>>;

export type PlainName = keyof typeof PLAIN_NAMES;

/** The plain name of a server's directive, or undefined. */
export const plainNameOf = (directive: string): PlainName | undefined =>
  (Object.keys(PLAIN_NAMES) as PlainName[]).find((plain) => PLAIN_NAMES[plain].test(directive));

/** What a filter calls the field `name` among a record's `names`: its plain name, where no field is called so itself. */
export function filterFieldName(name: string, names: readonly string[]): string {
  const plain = plainNameOf(name);
  if (plain === undefined || names.includes(plain)) return name;
  return names.find((one) => PLAIN_NAMES[plain].test(one)) === name ? plain : name;
}

/** The field among `names` that a filter means by `wanted`, or null. */
export function fieldNamed(wanted: string, names: readonly string[]): string | null {
  if (names.includes(wanted)) return wanted;
  const pattern = Object.hasOwn(PLAIN_NAMES, wanted) ? PLAIN_NAMES[wanted as PlainName] : null;
  return (pattern && names.find((one) => pattern.test(one))) ?? null;
}
