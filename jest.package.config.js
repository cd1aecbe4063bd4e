/**
 * The package as its users get it: packed, installed into fresh apps, run. Slow, and asks the npm registry, so not part of
 * the plain test run.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/package/*.package.ts'],
  globalSetup: '<rootDir>/test/package/set-up.ts',
  globalTeardown: '<rootDir>/test/package/tear-down.ts',
  testTimeout: 120_000,
};
