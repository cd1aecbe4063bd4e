import { cliOn } from './cli-run';
import { parseChecked } from './json-schema';

const DOCUMENTS = 100_000;

/** One of many kinds of objects, as they stand side by side in a dump of a cluster. */
function documentOf(index: number): string {
  const namespace = `n${index % 50}`;
  const metadata = `metadata: { name: o${index}, namespace: ${namespace}, labels: { app: a${index % 7} } }`;
  switch (index % 100) {
    case 0:
      return `apiVersion: v1\nkind: Pod\n${metadata}\nspec: { containers: [{ name: main, image: x }] }\n`;
    case 1:
      return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}\nspec: { podSelector: { matchLabels: { app: a${index % 7} } }, ingress: [{ ports: [{ port: 80 }] }] }\n`;
    case 2:
      return `{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "o${index}", "namespace": "${namespace}" }, "spec": { "ports": [{ "port": 80 }] } }\n`;
    case 3:
      return '# nothing but a comment\n';
    default:
      return `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata: { key: value-${index} }\n`;
  }
}

describe('100,000 documents in one stream', () => {
  const documents = Array.from({ length: DOCUMENTS }, (_, index) => documentOf(index));
  const mistake = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: wrong, namespace: n0 }\nspec: { podSelector: {}, ingress: [{ ports: [{ port: "80" }] }] }\n`;
  const stream = [...documents, mistake].join('---\n');

  it('are read, each with its line, and evaluated', async () => {
    const { out, code } = await cliOn(stream, 'connectivity', '-', '--grouped', '-o', 'json');
    const { peers, findings } = parseChecked('connectivity', out);
    expect(peers.filter((peer: { kind?: string }) => peer.kind === 'Pod')).toHaveLength(DOCUMENTS / 100);
    const line = stream.slice(0, stream.indexOf('name: wrong')).split('\n').length + 1;
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'error', place: { file: 'stdin', line } }),
    ]);
    expect(code).toBe(1);
  });
});
