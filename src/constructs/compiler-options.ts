import type { PodTemplateKind } from '../model/pod-template';
import type { Finding } from '../model/finding';
import type { ProfileName } from '../compiler/compilation';

/** What {@link IntentsCompiler.attach} can be told. */
export interface IntentsCompilerOptions {
  /**
   * Naming and labelling scheme of the policies: `seed` as documented, `otterize` as the operator's last release,
   * `selectors` without added labels.
   *
   * @default 'seed'
   */
  readonly profile?: ProfileName;
  /**
   * What happens when the proof finds an error: fail the synth, print it and go on, or prove nothing.
   *
   * @default 'error'
   */
  readonly proof?: 'error' | 'report' | 'off';
  /**
   * How bad it is that a protected server can be reached by somebody who has not declared it.
   *
   * @default 'warning'
   */
  readonly excess?: 'error' | 'warning' | 'info';
  /** Further kinds that make pods, beside the built-in ones. */
  readonly podTemplateKinds?: readonly PodTemplateKind[];
  /**
   * Address ranges that pods get, for policies with address blocks.
   *
   * @default - unknown; the proof says where it matters
   */
  readonly podCidrs?: readonly string[];
  /**
   * Addresses of nodes: what host-network pods speak with.
   *
   * @default - unknown; the proof says where it matters
   */
  readonly nodeCidrs?: readonly string[];
  /**
   * Gets what was found, once per synth.
   *
   * @default - errors and warnings are printed on stderr, unless the synth fails with them
   */
  readonly onFindings?: (findings: readonly Finding[]) => void;
}
