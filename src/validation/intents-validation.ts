import { createRequire } from 'node:module';
import { nearest } from '../model/field-reader';
import type * as validating from './validate-manifests';
import type { ValidationContext } from './validation-context';
import { CNI_PROFILES } from '../reachability/cni-profile';
import type { CniProfileName } from '../reachability/reachability';

/** What `properties` in `cdk8s.yaml` may say. */
export interface IntentsValidationProps {
  /** Files of expected flows, as `intents test` reads them, from the working directory. Default none. */
  readonly flows?: string | readonly string[];
  /** What fails the synth: errors, or warnings as well. Flows that do not hold always do. Default `error`. */
  readonly failOn?: 'error' | 'warning';
  /**
   * Configuration of the checks, or false for none. Default: intents.config.yaml, .yml, .json, .ts or .mjs in the working
   * directory or above, as for `intents check`.
   */
  readonly config?: string | false;
  /** Address ranges of pods, to match ipBlocks against pods. Default: not known. */
  readonly podCidrs?: readonly string[];
  /** Addresses of nodes. Default: not known. */
  readonly nodeCidrs?: readonly string[];
  /** What the network plugin enforces. Default `calico` when there are Calico policies, Tiers or a FelixConfiguration, else `kubernetes`. */
  readonly cni?: CniProfileName;
  /** Namespace of objects that name none. Default `default`. */
  readonly namespace?: string;
}

/** Says what a value must be, or nothing when it is fine. */
type Check = (value: unknown) => string | undefined;

const CHECKS: Readonly<Record<keyof IntentsValidationProps, Check>> = {
  flows: (value) => (isText(value) || isTexts(value) ? undefined : 'a path, or a list of paths'),
  failOn: oneOf(['error', 'warning']),
  config: (value) => (isText(value) || value === false ? undefined : 'a path, or false'),
  podCidrs: (value) => (isTexts(value) ? undefined : 'a list of address ranges such as 10.244.0.0/16'),
  nodeCidrs: (value) => (isTexts(value) ? undefined : 'a list of address ranges such as 10.0.0.0/16'),
  cni: oneOf(Object.keys(CNI_PROFILES)),
  namespace: (value) => (isText(value) ? undefined : 'the name of a namespace'),
};

/**
 * The checks, and expected flows, as a validation plugin of cdk8s-cli: `cdk8s synth` runs it over the manifests that the
 * app has written, and ends with 2 when it fails.
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/cdk8s-intents
 *     class: IntentsValidation
 *     version: 0.1.0
 *     properties: { flows: flows.yaml }
 * ```
 */
export class IntentsValidation {
  /** @throws Error for a property that is misspelt or cannot be used */
  constructor(private readonly props: IntentsValidationProps = {}) {
    for (const name of Object.keys(props)) {
      if (!Object.hasOwn(CHECKS, name)) throw new Error(unknown(name));
    }
    const given = new Map<string, unknown>(Object.entries(props));
    for (const [name, check] of Object.entries(CHECKS)) {
      const value = given.get(name);
      const wanted = value === undefined ? undefined : check(value);
      if (wanted !== undefined)
        throw new Error(
          `IntentsValidation: ${name} is ${JSON.stringify(value)}, but must be ${wanted}. See properties in cdk8s.yaml.`,
        );
    }
  }

  /**
   * Called by cdk8s-cli.
   * @throws Error when a file of flows cannot be read or names what the manifests do not have
   */
  async validate(context: ValidationContext): Promise<void> {
    // An app that only uses the constructs does not load what reads and judges files.
    const { validateManifests } = createRequire(__filename)('./validate-manifests') as typeof validating;
    await validateManifests(context, this.props);
  }
}

function unknown(name: string): string {
  const known = Object.keys(CHECKS);
  const near = nearest(name, known);
  return `IntentsValidation: there is no property ${JSON.stringify(name)}. ${near === undefined ? `There are ${known.join(', ')}` : `Did you mean ${near}`}${near === undefined ? '.' : '?'}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function oneOf(words: readonly string[]): Check {
  return (value) => (typeof value === 'string' && words.includes(value) ? undefined : words.join(' or '));
}
