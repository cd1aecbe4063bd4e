import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { ApiObject, type Chart } from 'cdk8s';
import * as intents from 'cdk8s-intents';
import { readManifestFiles } from '../../../src/sources/files';
import { filesOf, NOTHING_AUTOMATIC, synthesize, type Output } from './applications';
import { expectTable } from './doc-tables';

interface Application {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
  readonly pattern?: RegExp;
  readonly namespaceObject?: boolean;
}

const APPLICATIONS: readonly Application[] = [
  {
    name: 'online-boutique',
    namespace: 'online-boutique',
    path: 'online-boutique/kubernetes-manifests.yaml',
  },
  {
    name: 'kube-prometheus',
    namespace: 'monitoring',
    path: 'kube-prometheus',
    // Files that hold nothing but a policy would be empty without it.
    pattern: /^(?!.*networkPolicy).*\.yaml$/,
  },
  { name: 'argo-cd', namespace: 'argocd', path: 'argo-cd' },
  {
    name: 'ingress-nginx',
    namespace: 'ingress-nginx',
    path: 'ingress-nginx/deploy.yaml',
    namespaceObject: false,
  },
];

/** The first construct that a mend proposes: TypeScript, with what only its user knows in angle brackets. */
function constructsOf(mend: string): string[] {
  const code = mend.match(/new ClientIntents\(.*?(?=, or in a manifest)|new ExternalAccess\(.*?\}\)/g);
  return [...new Set(code)];
}

/** What a person would fill in: a client that the test adds, an address for documentation. */
function filledIn(code: string): string {
  return code
    .replaceAll('<client>', 'probe')
    .replaceAll('<cidr>', '203.0.113.0/28')
    .replaceAll('<owner>', 'platform')
    .replaceAll('<reason>', 'called by people')
    .replaceAll('<day>', '2999-12-31');
}

/** Every object of an application but its own policies, under a default deny, with code in the app. */
function denied(application: Application, code: readonly string[]): Output {
  const { namespace, path, pattern, namespaceObject = true } = application;
  const files = filesOf(path, pattern);
  const without = readManifestFiles(files).resources.filter(({ kind }) => kind === 'NetworkPolicy');
  return synthesize({
    namespace,
    files,
    without,
    namespaceObject,
    compiler: NOTHING_AUTOMATIC,
    add: (chart: Chart) => {
      new intents.DefaultDeny(chart, 'deny');
      new ApiObject(chart, 'probe', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'probe' },
        spec: {
          selector: { matchLabels: { app: 'probe' } },
          template: {
            metadata: { labels: { app: 'probe' } },
            spec: { containers: [{ name: 'probe', image: 'probe' }] },
          },
        },
      });
      for (const one of code) new Script(filledIn(one)).runInNewContext({ ...intents, chart });
    },
  });
}

function cutOff({ findings }: Output): intents.Finding[] {
  return findings.filter(({ id }) => id === 'cut-off-workload');
}

function order(a = '', b = ''): number {
  return a < b ? -1 : 1;
}

const present = APPLICATIONS.every(({ path }) =>
  existsSync(join(__dirname, '../../../../shared/data', path)),
);
if (!present) process.stderr.write('skipped: the manifests of real applications are not there\n');

(present ? describe : describe.skip)('the openings that findings propose', () => {
  const rows: string[][] = [];

  it.each(APPLICATIONS.map((application) => [application.name, application] as const))(
    'open what a default deny cuts off: %s',
    (name, application) => {
      const before = cutOff(denied(application, [])).sort((a, b) => order(a.object, b.object));
      expect(before.length).toBeGreaterThan(0);
      const code = before.map(({ mend }) => constructsOf(mend));
      expect(code.every(({ length }) => length > 0)).toBe(true);
      before.forEach(({ object = '' }, index) => {
        const workload = object.slice(object.lastIndexOf('/') + 1);
        rows.push([name, `\`${workload}\``, (code[index] ?? []).map((one) => `\`${one}\``).join(' · ')]);
      });

      // Two constructs of one id are one declaration: a workload may be opened for two kinds of callers.
      const after = denied(application, [...new Set(code.flat())]);
      expect(cutOff(after)).toEqual([]);
      expect(after.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it('are those of the page', () => {
    expectTable('openings', ['Application', 'Workload', 'Smallest opening'], rows);
  });
});
