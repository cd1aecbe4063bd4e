import type { CompileSettings } from '../../proof/compile-resources';

/** What proofs of a controller cannot see however right all is, in a sentence for statuses; undefined where it is nothing. */
export function blindSpot({ source, options }: CompileSettings): string | undefined {
  return source === 'namespaces' && options.proof !== 'off'
    ? 'Policies of the whole cluster, which may not be seen from some namespaces, are not counted.'
    : undefined;
}
