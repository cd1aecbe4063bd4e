import type { Severity } from '../model/finding';
import type { Place } from '../model/place';

/** One thing that a SARIF log says. */
export interface SarifResult {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** `NetworkPolicy/shop/cart`: what it is about. */
  readonly object?: string | undefined;
}

/** A rule that results name, for those who read the log. */
export interface SarifRule {
  readonly rule: string;
  readonly description: string;
}

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * A log in SARIF 2.1.0, which code scanning of GitHub and others read. Lines are regions of files; construct paths and
 * objects are logical locations.
 */
export function sarifLog(rules: readonly SarifRule[], results: readonly SarifResult[]): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cdk8s-intents',
            rules: rules.map(({ rule, description }) => ({
              id: rule,
              shortDescription: { text: description },
            })),
          },
        },
        results: results.map((result) => ({
          ruleId: result.rule,
          level: LEVEL[result.severity],
          message: { text: result.message },
          locations: locationsOf(result),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function locationsOf({ place, object }: SarifResult): unknown[] {
  const { file, line, construct } = place;
  const logical = [
    ...(construct === undefined ? [] : [{ fullyQualifiedName: construct, kind: 'module' }]),
    ...(object === undefined ? [] : [{ fullyQualifiedName: object, kind: 'object' }]),
  ];
  const physical =
    file === undefined
      ? {}
      : {
          physicalLocation: {
            artifactLocation: { uri: uriOf(file) },
            ...(line === undefined ? {} : { region: { startLine: line } }),
          },
        };
  return file === undefined && logical.length === 0
    ? []
    : [{ ...physical, ...(logical.length === 0 ? {} : { logicalLocations: logical }) }];
}

/** A relative reference with forward slashes, as the format wants it; never taken for a scheme, a query or a fragment. */
function uriOf(file: string): string {
  const uri = encodeURI(file.replaceAll('\\', '/')).replace(/[?#]/g, encodeURIComponent);
  return /^[^/]*:/.test(uri) ? `./${uri}` : uri;
}
