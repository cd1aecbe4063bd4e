import { adopted, targetsOf, residueOf } from './adoption-fixture';

const SKIPERATOR = `
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: web, namespace: maps }
spec:
  port: 8080
  accessPolicy:
    outbound:
      rules: [{ application: tiles }, { application: gone }]
      external: [{ host: example.com }, { ip: 10.1.2.3, ports: [{ name: db, port: 5432, protocol: TCP }] }]
---
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: tiles, namespace: maps }
spec: { port: 9000, accessPolicy: { inbound: { rules: [{ application: web }] } } }
---
apiVersion: skiperator.kartverket.no/v1alpha1
kind: Application
metadata: { name: open, namespace: maps }
spec: { port: 9000, accessPolicy: { inbound: { rules: [] } } }
`;

describe('adopting skiperator (intent-systems C1, C2)', () => {
  const result = adopted(SKIPERATOR);

  it('takes ports from the application that is called', () => {
    expect(targetsOf(result, 'web')).toEqual(
      expect.arrayContaining([{ kubernetes: { name: 'tiles', kind: 'Deployment', ports: [9000] } }]),
    );
  });

  it('leaves private ranges out of the internet, but for the addresses that are declared', () => {
    const text = JSON.stringify(targetsOf(result, 'tiles'));
    expect(text).not.toContain('10.');
    expect(text).toContain('internet');
    expect(JSON.stringify(targetsOf(result, 'web'))).toContain('10.1.2.3/32');
  });

  it('says what is skipped, and what is open to everyone by an empty list', () => {
    expect(residueOf(result, 'lost')).toEqual([expect.stringContaining('gone')]);
    expect(residueOf(result, 'unproved')).toEqual(
      expect.arrayContaining([expect.stringContaining('empty list'), expect.stringContaining('example.com')]),
    );
    expect(residueOf(result, 'changed')).toEqual([]);
  });
});
