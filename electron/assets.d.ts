// Files that the build puts into the bundle: as text, or as a data: address.
declare module "*?raw" {
  const text: string;
  export default text;
}
declare module "*?inline" {
  const address: string;
  export default address;
}
