/**
 * Verdicts against real packets: engines of others in network namespaces. Needs root, Go and the tools that
 * test/dataplane/requirements.ts lists; without them these tests say so loudly and skip, or fail where
 * DATAPLANE_REQUIRED is set, as in .ci/run. One engine process serves all test files, one file after the other.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/dataplane/**/*.dataplane.ts'],
  globalSetup: '<rootDir>/test/dataplane/set-up.ts',
  globalTeardown: '<rootDir>/test/dataplane/tear-down.ts',
  maxWorkers: 1,
  testTimeout: 120_000,
};
