/**
 * Second opinions by programs in Go: slow to build the first time, so not part of the plain test run.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['**/*.engine.ts'],
};
