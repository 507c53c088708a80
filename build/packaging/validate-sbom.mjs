// Holds a bill of materials against CycloneDX's own schema, strictly. Usage: node build/packaging/validate-sbom.mjs FILE
import { readFileSync } from "node:fs";
import { Validation } from "@cyclonedx/cyclonedx-library";

const [file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const { specVersion } = JSON.parse(text);
const problem = await new Validation.JsonStrictValidator(specVersion).validate(text);
if (problem) {
  process.stderr.write(`${file} is no valid CycloneDX: ${JSON.stringify(problem).slice(0, 2000)}\n`);
  process.exit(1);
}
process.stdout.write(`${file} is valid CycloneDX ${specVersion}.\n`);
