/** What the versions of the v1 family differ in (otterize-operator 1.3). */
export interface Shape {
  /** Whether clients and servers may have a kind. */
  readonly kinds: boolean;
  /** What `type` of a call may be. */
  readonly types: readonly string[];
  /** The field of Kafka topics. */
  readonly kafka: string;
  /** The field of HTTP resources. */
  readonly http: string;
  /** Whether calls have Azure actions. */
  readonly azureActions: boolean;
}

const LATER = {
  kinds: true,
  types: ['http', 'kafka', 'database', 'aws', 'gcp', 'azure', 'internet'],
  kafka: 'kafkaTopics',
  http: 'HTTPResources',
};

/** The versions of the v1 family. */
export const SHAPES: Readonly<Record<V1Version, Shape>> = {
  v1alpha2: {
    kinds: false,
    types: ['http', 'kafka', 'database'],
    kafka: 'topics',
    http: 'resources',
    azureActions: false,
  },
  v1alpha3: { ...LATER, azureActions: false },
  v1beta1: { ...LATER, azureActions: true },
};

/** A version of the v1 family: `spec.service` and `spec.calls`. */
export type V1Version = 'v1alpha2' | 'v1alpha3' | 'v1beta1';
