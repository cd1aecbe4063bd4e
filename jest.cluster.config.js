/**
 * Against a real API server: etcd and kube-apiserver built from the Go modules of their projects, slow to build the first
 * time, so not part of the plain test run. Without Go these tests fail: what they check is checked nowhere else.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/cluster/**/*.cluster.ts'],
  globalSetup: '<rootDir>/test/cluster/set-up.ts',
  // Each test file has a control plane of its own; two at once are what two cores carry.
  maxWorkers: 2,
  // Long enough for a machine with much else to do: what goes wrong is told by the tests' own waits before that.
  testTimeout: 300_000,
};
