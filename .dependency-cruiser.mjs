// The direction of imports: src-main → shared ← src-renderer; tests may import all; nobody imports tests.
export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that import each other cannot be understood one at a time. Types alone may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-imports-nothing',
      comment: 'shared/ runs in any browser or Node: it imports itself, and no package or Node module.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: '^shared/' },
    },
    {
      name: 'main-not-renderer',
      comment: 'The processes meet in shared/ only.',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^(src-renderer|test|build)/' },
    },
    {
      name: 'renderer-not-main',
      comment: 'The processes meet in shared/ only.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^(src-main|test|build)/' },
    },
    {
      name: 'renderer-without-electron',
      comment: 'The renderer is sandboxed: neither Node nor Electron is there.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^electron(/|$)|node_modules/electron(-|/)' },
    },
    {
      name: 'renderer-without-node',
      comment: 'The renderer is sandboxed: neither Node nor Electron is there.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'headless-without-electron',
      comment: 'The headless command runs in plain Node.',
      severity: 'error',
      from: { path: '^src-main/cli\\.ts$' },
      to: { path: 'node_modules/electron(-store|-log)?/|^electron', reachable: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing is a typing error or a package that is not declared.',
      severity: 'error',
      // The entry of a package imports the bundle, which is not always there.
      from: { path: '^(shared|src-main|src-renderer|test|build)/', pathNot: '^build/registry-app/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|woff2|svg|png)$|\\?' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.svelte', '.json', '.d.ts', '.d.mts'],
    },
    builtInModules: { add: ['electron', 'electron/main', 'electron/renderer'] },
  },
};
