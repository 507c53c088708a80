export interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
}
export interface Bom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
/** name@version of every package that is shipped, in order. */
export declare function shippedPackages(): string[];
export declare function billOfMaterials(shipped: readonly string[], seconds: number): Bom;
export declare function licenceTexts(bom: Bom): string;
