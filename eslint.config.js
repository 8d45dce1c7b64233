// What the linter asks of the sources: no default exports, a pure `shared/`, one door to window.hedgerow.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const PURE = 'shared/ is pure: pass the time in as an Instant, and randomness or I/O as data.';

const UNRUN_TEST =
  'MemberExpression[property.name=/^(only|skip|todo|fails)$/][object.name=/^(it|test|describe)$/]';

// ESLint's own rules against mistakes, whatever the language of the file.
const MISTAKES = [
  'for-direction no-async-promise-executor no-case-declarations no-compare-neg-zero no-cond-assign no-constant-condition',
  'no-control-regex no-debugger no-dupe-else-if no-duplicate-case no-empty no-empty-pattern no-eval no-fallthrough',
  'no-irregular-whitespace no-loss-of-precision no-misleading-character-class no-new-func no-prototype-builtins',
  'no-regex-spaces no-self-assign no-self-compare no-sparse-arrays no-unexpected-multiline',
  'no-unsafe-finally no-unsafe-optional-chaining no-useless-backreference no-useless-catch no-useless-escape',
  'no-var object-shorthand no-else-return no-console use-isnan valid-typeof',
].flatMap((line) => line.split(' '));

export default tseslint.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test/cluster/bin/', '**/*.d.mts'] },
  {
    rules: {
      eqeqeq: ['error', 'smart'],
      complexity: ['error', 20],
      'max-depth': ['error', 4],
      'max-params': ['error', 6],
      'prefer-const': 'error',
      ...Object.fromEntries(MISTAKES.map((name) => [name, 'error'])),
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: globals.node },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // Two of the compiler's own checks, which run anyway.
      '@typescript-eslint/no-unused-vars': 'off',
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true, boolean: true } },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
    },
  },
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      // Most Maps and Sets here live within one function. State that must be reactive uses SvelteMap and SvelteSet.
      'svelte/prefer-svelte-reactivity': 'off',
      // Props are destructured with `let`, for some of them are bindable.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all', excludedRunes: ['$props', '$derived'] }],
    },
  },
  {
    files: ['**/*.svelte'],
    // svelte-check knows the types of components; asking TypeScript here too takes four times as long.
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false, project: false } },
  },
  {
    files: ['shared/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'window',
          'document',
          'fetch',
          'setTimeout',
          'setInterval',
          'queueMicrotask',
          'performance',
        ].map((name) => ({ name, message: PURE })),
        ...['crypto', 'localStorage', 'navigator', 'globalThis', 'Buffer', 'require'].map((name) => ({
          name,
          message: PURE,
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: PURE },
        { object: 'Math', property: 'random', message: PURE },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: PURE },
        { selector: 'CallExpression[callee.name="Date"]', message: PURE },
      ],
    },
  },
  {
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    ignores: ['src-renderer/api.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['window', 'globalThis', 'self'].map((object) => ({
          object,
          property: 'hedgerow',
          message: 'Only src-renderer/api.ts talks to the main process.',
        })),
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-console': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: UNRUN_TEST, message: 'A test runs, or skipIf/runIf says by a condition why not.' },
        {
          selector: 'CallExpression[callee.name="expect"][arguments.0.type="Literal"]',
          message: 'This asserts nothing.',
        },
        {
          selector: 'MemberExpression[property.name="waitForTimeout"]',
          message: 'Wait for what should happen, not for time.',
        },
      ],
    },
  },
  {
    files: ['**/*.d.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['*.config.ts', '*.config.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    rules: { 'no-restricted-exports': 'off' },
  },
);
