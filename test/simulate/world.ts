// What a simulated world hands out: files as received, how each is to be added, and the truth that no estimator sees.

export interface WorldFile {
  readonly name: string;
  readonly content: string;
  readonly add: {
    readonly as: string;
    readonly role: "server" | "nat" | "subscriber" | "reference";
    /** "auto" where detection is meant to find it. */
    readonly format?: string;
    readonly layout?: string;
    readonly map?: Readonly<Record<string, string>>;
    readonly zone?: string;
    readonly year?: number;
    readonly extent?: "full" | "query";
    /** FROM/TO of an extract. */
    readonly window?: string;
  };
}

export interface LineTruth {
  /** Source (`add.as`) and physical line of the server's file. */
  readonly source: string;
  readonly line: number;
  /** The subscriber's inside address, and its name where the operator's records name subscribers; null: not behind this NAT. */
  readonly insideIp: string | null;
  readonly subscriber: string | null;
  /** Server clock minus the NAT's clock when the act happened, microseconds. */
  readonly offsetUs: number;
  /** True time of the act, microseconds since the epoch. */
  readonly trueUs: number;
}

export interface World {
  readonly seed: number;
  readonly scenario: string;
  readonly files: readonly WorldFile[];
  readonly truth: readonly LineTruth[];
  /** Names of the sources: the server's, and the NAT operator's. */
  readonly server: string;
  readonly nat: string;
}
