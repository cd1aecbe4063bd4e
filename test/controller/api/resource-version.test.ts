import { isOlderVersion } from '../../../src/controller/api/resource-version';

it.each([
  ['9', '10', true],
  ['10', '9', false],
  ['99', '99', false],
  ['18446744073709551614', '18446744073709551615', true],
  ['', '5', false],
  ['5', '', false],
  ['1/7', '1/8', false],
])('version %s is older than %s: %s', (version, than, expected) => {
  expect(isOlderVersion(version, than)).toBe(expected);
});
