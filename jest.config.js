/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  maxWorkers: '100%',
  setupFilesAfterEnv: ['<rootDir>/test/property-seed.js'],
  testEnvironmentOptions: { customExportConditions: ['@cdk8s-intents/source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  reporters: ['default', '<rootDir>/test/plain-summary.js'],
  moduleFileExtensions: ['ts', 'js', 'json'],
};
