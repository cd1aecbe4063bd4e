import { cliOn, folderOf } from './cli-run';
import { SHOP } from './shop';

describe('intents map', () => {
  it('prints one page, titled with the paths, and nothing beside it', async () => {
    const { code, out, err } = await cliOn(SHOP, 'map', '-');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.startsWith('<!doctype html>')).toBe(true);
    expect(out).toContain('<title>Network map of -</title>');
  });

  it('prints the same again, byte for byte, in every form', async () => {
    for (const form of ['html', 'svg', 'dot', 'mermaid']) {
      const [first, second] = [
        await cliOn(SHOP, 'map', '-', '-o', form),
        await cliOn(SHOP, 'map', '-', '-o', form),
      ];
      expect(first.code).toBe(0);
      expect(first.out.length).toBeGreaterThan(100);
      expect(second.out).toBe(first.out);
    }
  });

  it('takes the version before a change, from standard input too', async () => {
    const folder = folderOf({ 'after.yaml': SHOP });
    const { code, out } = await cliOn(
      SHOP.replaceAll('7070', '7071'),
      'map',
      folder,
      '--before',
      '-',
      '-o',
      'mermaid',
    );
    expect(code).toBe(0);
    expect(out).toContain('+ TCP 7070');
    expect(out).toContain('− TCP 7071');
  });

  it.each([
    ['nothing to map', ['map', '-'], 'There is no workload in these manifests'],
    ['a path that is missing', ['map', 'no/such/file.yaml'], 'no/such/file.yaml'],
    ['a version before that is missing', ['map', '-', '--before', 'no/such/file.yaml'], 'no/such/file.yaml'],
    ['standard input for both versions', ['map', '-', '--before', '-'], 'Only one of --before and the paths'],
    ['a form that is not there', ['map', '-', '-o', 'png'], 'Allowed choices are html, svg, dot, mermaid'],
  ])('ends with 2 and says why: %s', async (_, words, message) => {
    const { code, out, err } = await cliOn(
      '{ apiVersion: v1, kind: Namespace, metadata: { name: a } }',
      ...words,
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('ends with 2 when a document cannot be read, and names it', async () => {
    const { code, out, err } = await cliOn(`${SHOP}\n---\n{ broken`, 'map', '-');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('cannot be read');
  });
});
