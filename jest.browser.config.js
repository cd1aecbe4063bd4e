/**
 * The page of `intents map` in a real Chromium. Apart from the plain test run, which needs no browser; without one these
 * tests say so and skip.
 * @type {import('jest').Config}
 */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/browser/*.browser.ts'],
  testTimeout: 60_000,
};
