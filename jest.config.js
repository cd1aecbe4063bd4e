/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  maxWorkers: '100%',
  // A hang, not slowness: the first test of a file also translates what it imports, on machines with much other work.
  testTimeout: 30_000,
  setupFilesAfterEnv: ['<rootDir>/test/property-seed.js'],
  testEnvironmentOptions: { customExportConditions: ['@cdk8s-intents/source', 'node', 'node-addons'] },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
    // The client library of Kubernetes is written as ES modules, which jest cannot load as they are.
    '/node_modules/(@kubernetes/client-node|openid-client|oauth4webapi|jose)/.+\\.js$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose)/)'],
  reporters: ['default', '<rootDir>/test/plain-summary.js'],
  moduleFileExtensions: ['ts', 'js', 'json'],
};
