import { spawnSync } from 'node:child_process';
import { laterFlags } from '../../src/cli/short-run';

describe('laterFlags', () => {
  it('gives the running Node only flags that its engine has, as others would make every command print an error', () => {
    const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    for (const flag of laterFlags(process.versions.node)) {
      const [name = ''] = flag.split('=');
      expect(stdout).toContain(`  ${name} (`);
    }
  });

  it('gives flags to Node 20 and none to later ones, whose engines have given the first up', () => {
    expect(laterFlags('20.11.0')).toContain('--interrupt-budget=400000');
    for (const version of ['22.23.3', '24.21.0', '200.0.0']) expect(laterFlags(version)).toEqual([]);
  });
});
