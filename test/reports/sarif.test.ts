import fc from 'fast-check';
import type { Finding } from '../../src/model/finding';
import { constructPlace, NOWHERE, type Place } from '../../src/model/place';
import { findingsSarif } from '../../src/reports/findings/findings-sarif';
import { parseSarif } from './sarif-schema';

function at(file: string, line?: number): Place {
  const place: Place = { file, line, at: () => place };
  return place;
}

function finding(place: Place, rest: Partial<Finding> = {}): Finding {
  return { id: 'a-rule', severity: 'warning', message: 'm', mend: 'd', place, ...rest };
}

function locationOf(place: Place): unknown {
  return parseSarif(findingsSarif([finding(place)], new Map())).runs[0].results[0].locations[0]
    ?.physicalLocation;
}

describe('SARIF', () => {
  it('is held against the official schema, which refuses what is none', () => {
    expect(() => parseSarif('{ "version": "2.1.0" }')).toThrow('runs');
    const log = JSON.parse(findingsSarif([finding(at('a.yaml', 1))], new Map()));
    log.runs[0].results[0].level = 'fatal';
    expect(() => parseSarif(JSON.stringify(log))).toThrow('level');
    log.runs[0].results[0].level = 'error';
    log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'a b';
    expect(() => parseSarif(JSON.stringify(log))).toThrow('uri');
  });

  it('has lines as regions, and files as relative references whatever they are called', () => {
    expect(locationOf(at('dist/a b#c?.yaml', 3))).toEqual({
      artifactLocation: { uri: 'dist/a%20b%23c%3F.yaml' },
      region: { startLine: 3 },
    });
    expect(locationOf(at('HEAD~1:dist/a.yaml'))).toEqual({
      artifactLocation: { uri: './HEAD~1:dist/a.yaml' },
    });
    expect(locationOf(at('a\\b.yaml'))).toEqual({ artifactLocation: { uri: 'a/b.yaml' } });
    expect(locationOf(NOWHERE)).toBeUndefined();
  });

  it('has construct paths and objects as logical locations', () => {
    const one = finding(constructPlace('shop/cart'), { object: 'Deployment/shop/cart' });
    expect(parseSarif(findingsSarif([one], new Map())).runs[0].results[0].locations).toEqual([
      {
        logicalLocations: [
          { fullyQualifiedName: 'shop/cart', kind: 'module' },
          { fullyQualifiedName: 'Deployment/shop/cart', kind: 'object' },
        ],
      },
    ]);
  });

  it('is valid whatever findings say and wherever they are', () => {
    const text = fc.string({ unit: 'binary' });
    const place = fc.oneof(
      fc.constant(NOWHERE),
      text.map(constructPlace),
      fc
        .tuple(text, fc.option(fc.integer({ min: 1 }), { nil: undefined }))
        .map(([file, line]) => at(file, line)),
    );
    const severity = fc.constantFrom('error', 'warning', 'info');
    const any = fc.record({
      place,
      severity,
      message: text,
      mend: text,
      object: fc.option(text, { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(any), (all) => {
        const findings = all.map((one): Finding => ({ id: 'a-rule', ...one }));
        expect(parseSarif(findingsSarif(findings, new Map())).runs[0].results).toHaveLength(all.length);
      }),
    );
  });
});
