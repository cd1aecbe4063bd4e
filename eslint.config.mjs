import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const CORE = [
  'model',
  'intents',
  'policies',
  'compiler',
  'reachability',
  'proof',
  'checks',
  'reports',
  'adoption',
];
const FRONTS = ['sources', 'constructs', 'cli', 'controller', 'traffic', 'validation', 'map-page'];

/** The core is pure: data in, data out. Whatever reaches for the outside belongs to a front. */
const OUTSIDE = [
  'fs',
  'node:fs',
  'fs/promises',
  'node:fs/promises',
  'child_process',
  'node:child_process',
  'http',
  'node:http',
  'https',
  'node:https',
  'node:worker_threads',
  'process',
  'node:process',
  'os',
  'node:os',
];

export default tseslint.config(
  {
    ignores: [
      'lib/',
      '.bench/',
      '.cache/',
      '**/*.js',
      'dist/',
      'coverage/',
      'node_modules/',
      'imports/',
      '**/*.cjs',
      'jest*.config.js',
      'reports/',
      'src/reports/map/page-bundle.ts',
      '.stryker-tmp/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs', 'src/map-page/bundle.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      // A label map or a manifest may hold any key, so absence is real even where the type is a record.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      eqeqeq: 'error',
      complexity: ['error', 16],
      'max-depth': ['error', 4],
      'max-lines': ['error', 400],
      'no-control-regex': 'off',
    },
  },
  {
    files: CORE.map((folder) => `src/${folder}/**/*.ts`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [...OUTSIDE, 'cdk8s', 'constructs', '@kubernetes/client-node', 'commander'].map((name) => ({
            name,
            message: 'The core is pure: no file system, network, clock, cdk8s or cluster client.',
          })),
          patterns: [
            { group: FRONTS.map((front) => `**/${front}/*`), message: 'The core imports no front.' },
            { group: ['cdk8s-plus-*'], message: 'The core is pure.' },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'The core is pure.' },
        { name: 'fetch', message: 'The core is pure.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The core has no clock.' },
        { object: 'Math', property: 'random', message: 'The core is deterministic.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The core has no clock.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      // Manifests are looked into freely where a test or a benchmark reads them.
      '@typescript-eslint/no-explicit-any': 'off',
      'max-lines': 'off',
      complexity: 'off',
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
