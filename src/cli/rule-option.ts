import { InvalidArgumentError } from 'commander';
import type { RuleSeverity } from '../checks/configuration';
import { unknownRule } from '../checks/rule-ids';
import { readSeverity } from './read-configuration';

/**
 * Reads `--rule id=severity`, beside those read before.
 *
 * @throws InvalidArgumentError for a rule or a severity that there is not
 */
export function ruleOption(
  text: string,
  before: ReadonlyMap<string, RuleSeverity> = new Map(),
): ReadonlyMap<string, RuleSeverity> {
  const [rule = '', wished, ...more] = text.split('=').map((part) => part.trim());
  if (wished === undefined || more.length > 0)
    throw new InvalidArgumentError('Write the rule, =, and off, info, warning or error.');
  const unknown = unknownRule(rule);
  if (unknown !== undefined) throw new InvalidArgumentError(`It ${unknown.message}. ${unknown.mend}`);
  const read = readSeverity(wished);
  if ('problem' in read) throw new InvalidArgumentError(`The severity ${read.problem}`);
  return new Map([...before, [rule, read.severity]]);
}
