import { CHECKS, DEFAULT_CHECKS } from '../../src/checks';
import {
  chosenChecks,
  configured,
  defineConfig,
  NO_SETTINGS,
  type CheckSettings,
  type RuleSeverity,
} from '../../src/checks/configuration';
import { OTHER_FINDINGS, FIXABLE_FINDINGS } from '../../src/checks/other-findings';
import type { Finding } from '../../src/model/finding';
import { NOWHERE } from '../../src/model/place';
import { join } from 'node:path';
import { findingIds } from '../docs/finding-ids';

function withRules(rules: Readonly<Record<string, RuleSeverity>>): CheckSettings {
  return { ...NO_SETTINGS, severities: new Map(Object.entries(rules)) };
}

function finding(id: string, severity: Finding['severity']): Finding {
  return { id, severity, message: id, mend: '', place: NOWHERE };
}

const INPUT = { written: { ignores: [], findings: [] }, isThere: () => true };

describe('ids of rules', () => {
  it('are those of all findings of the code', () => {
    const checks = new Set(CHECKS.map(({ id }) => id));
    const others = [...findingIds(join(__dirname, '../../src')).keys()].filter((id) => !checks.has(id));
    expect(OTHER_FINDINGS).toEqual(others.sort());
    expect(OTHER_FINDINGS).toEqual(expect.arrayContaining(FIXABLE_FINDINGS.map(({ id }) => id)));
  });
});

describe('the checks that run', () => {
  it('are by default those that nobody has to ask for', () => {
    expect(chosenChecks(NO_SETTINGS)).toEqual(DEFAULT_CHECKS);
  });

  it('are also those that are asked for, and none that is off', () => {
    const ids = chosenChecks(withRules({ 'implicit-protocol': 'info', 'and-or-peer': 'off' })).map(
      ({ id }) => id,
    );
    expect(ids).toContain('implicit-protocol');
    expect(ids).not.toContain('and-or-peer');
  });
});

describe('severities of a configuration', () => {
  it('go before those of the findings, milder or stricter', () => {
    const settings = withRules({ 'and-or-peer': 'error', 'dns-udp-only': 'info', 'not-kubernetes': 'off' });
    const findings = [
      finding('and-or-peer', 'warning'),
      finding('dns-udp-only', 'warning'),
      finding('not-kubernetes', 'info'),
      finding('dns-tcp-only', 'warning'),
    ];
    expect(configured(findings, settings, INPUT).map(({ id, severity }) => [id, severity])).toEqual([
      ['and-or-peer', 'error'],
      ['dns-udp-only', 'info'],
      ['dns-tcp-only', 'warning'],
    ]);
  });

  it('leave errors as they are that say what is refused, lost, or does not hold', () => {
    const settings = withRules({ 'invalid-field': 'off', 'invalid-yaml': 'info' });
    const findings = [finding('invalid-field', 'error'), finding('invalid-yaml', 'error')];
    expect(configured(findings, settings, INPUT)).toEqual(findings);
  });
});

describe('an ignore of no use', () => {
  const ignore = { rules: ['and-or-peer'], scope: { type: 'pattern' }, place: NOWHERE } as const;

  it('is a warning where what it names is there, and a note where it is not', () => {
    const settings = { ...NO_SETTINGS, ignores: [ignore] };
    expect(configured([], settings, INPUT)).toMatchObject([{ id: 'unused-ignore', severity: 'warning' }]);
    expect(configured([], settings, { ...INPUT, isThere: () => false })).toMatchObject([
      { id: 'unused-ignore', severity: 'info' },
    ]);
  });

  it('is no news where its rule is off', () => {
    const settings = { ...withRules({ 'and-or-peer': 'off' }), ignores: [ignore] };
    expect(configured([], settings, INPUT)).toEqual([]);
    const optIn = { ...NO_SETTINGS, ignores: [{ ...ignore, rules: ['implicit-protocol'] }] };
    expect(configured([], optIn, INPUT)).toEqual([]);
  });
});

describe('defineConfig', () => {
  it('gives back what it is given', () => {
    const configuration = { rules: { 'and-or-peer': 'error' } } as const;
    expect(defineConfig(configuration)).toBe(configuration);
  });
});
