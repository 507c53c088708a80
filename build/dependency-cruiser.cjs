// The layers of the program (docs/architecture.md). A violation is answered by moving the code, never by
// loosening a rule; test/unit/layers/layers.test.ts shows that each rule bites.
module.exports = {
  forbidden: [
    // Of modules, as they load. Two files may name each other's types: nothing is loaded by that.
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "shared-is-pure",
      severity: "error",
      from: { path: "^shared/" },
      to: {
        pathNot:
          "^shared/|^node_modules/(valibot|temporal-polyfill|temporal-spec|temporal-utils|fzstd|fflate)/",
      },
    },
    {
      name: "renderer-not-electron",
      severity: "error",
      from: { path: "^renderer/" },
      to: { path: "^(electron|test|build)/" },
    },
    {
      name: "electron-not-renderer",
      severity: "error",
      from: { path: "^electron/" },
      to: { path: "^(renderer|build)/", pathNot: "^build/verifier/" },
    },
    {
      name: "product-not-test",
      severity: "error",
      from: { path: "^electron/", pathNot: "^electron/cli/demo" },
      to: { path: "^test/" },
    },
    {
      name: "only-the-shell-imports-electron",
      severity: "error",
      from: { pathNot: "^electron/(main|preload)/" },
      to: {
        path: "^(node_modules/)?electron(/|$)",
        dependencyTypesNot: ["local"],
        pathNot: "^electron/(main|preload|engine|session|cli)/",
      },
    },
    {
      name: "sql-and-files-in-engine-only",
      severity: "error",
      from: { path: "^electron/(main|preload)/" },
      to: { path: "^electron/(engine|cli|session)/", pathNot: "^electron/engine/protocol" },
    },
    {
      name: "simulator-shares-nothing",
      severity: "error",
      from: { path: "^test/simulate/" },
      to: { pathNot: "^test/simulate/" },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: { pathNot: "^build/(verifier|packaging)" },
      to: {
        couldNotResolve: true,
        pathNot: "\\.css$|\\.woff2?$|\\?(raw|url|worker)$|^@fontsource|^electron$",
      },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|\\.tsc|test/data)" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs"],
    },
  },
};
