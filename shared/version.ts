/** The program's version, as it stands in every act's `tool` and in every exhibit. A test holds it equal to package.json's. */
export const VERSION = "0.1.0";
export const TOOL = `portwitness ${VERSION}`;
