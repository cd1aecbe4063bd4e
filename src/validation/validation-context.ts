/**
 * What cdk8s-cli hands a validation plugin, as far as it is used (cdk8s-cli 2, `plugins/validation`; cdk8s-ecosystem 1.4).
 * Written out here, so that the package does not depend on cdk8s-cli.
 */
export interface ValidationContext {
  /** Paths of the manifests that the app has written. */
  readonly manifests: readonly string[];
  readonly report: ValidationReport;
}

/** The report that cdk8s-cli prints, and fails by. */
export interface ValidationReport {
  addViolation(violation: ValidationViolation): void;
  /** Ends the report; without it cdk8s-cli takes the validation for incomplete. */
  submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
}

/** A rule, and where it does not hold. */
export interface ValidationViolation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly ViolatingResource[];
}

/** An object that is not as the rule wants it. */
export interface ViolatingResource {
  /** Its bare name: by it cdk8s-cli looks up the path of the construct. */
  readonly resourceName: string;
  /** Where in the object, each in words. */
  readonly locations: readonly string[];
  readonly manifestPath: string;
}
