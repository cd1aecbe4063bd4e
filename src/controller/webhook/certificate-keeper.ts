import { caBundle, rotate, type RotationTimes, type StoredCertificates } from './certificate-rotation';
import { changedSecret, newSecret, readCertificates, type SecretName } from './certificate-secret';
import {
  conversionPatch,
  CONVERTED_CRDS,
  isLedTo,
  namesOfService,
  type WebhookService,
} from './crd-conversion';
import { selfSignedPair, type CertificatePair } from './serving-certificate';
import { ApiError } from '../api/api-error';
import type { ApiResource } from '../api/api-resource';
import { sleep, type Clock, type Random } from '../api/clock';
import type { KubernetesApi } from '../api/kubernetes-api';
import type { ControllerLog } from '../controller-hooks';

const SECRETS: ApiResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
};

const CRDS: ApiResource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

/** What keeps certificates is told. */
export interface CertificateKeeperOptions {
  readonly api: KubernetesApi;
  readonly secret: SecretName;
  readonly service: WebhookService;
  readonly clock: Clock;
  readonly random: Random;
  readonly times?: RotationTimes | undefined;
  readonly log?: ControllerLog | undefined;
  /**
   * Whether CRDs that lead elsewhere, or nowhere, may be led here by now: not while somebody else is still at work. Those
   * that lead here are looked after all the while, since nobody else converts them. Default: always.
   */
  readonly mayLead?: (() => boolean) | undefined;
  /** Told of the certificate to serve, the first one and each after it. */
  readonly onCertificate: (pair: CertificatePair) => Promise<void> | void;
}

/** How often the Secret and the CRDs are looked at, in milliseconds, and how soon again after a failure. */
const PERIOD = 30_000;
const RETRY = 2_000;

/**
 * Keeps the certificates of the webhook in a Secret that all replicas share, and has the CRDs trust them. Every replica does
 * so, none is in charge: the resourceVersion of the Secret decides whose step counts.
 */
export class CertificateKeeper {
  private served: string | undefined;

  constructor(private readonly options: CertificateKeeperOptions) {}

  /** Looks after them until told to stop. Failures are said, and tried again. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.options;
    for (;;) {
      let wait = PERIOD;
      try {
        if (!(await this.step(signal))) wait = RETRY;
      } catch (error) {
        if (signal.aborted) return;
        wait = RETRY;
        log?.warn({ error }, 'cannot look after the certificates of the webhook');
      }
      await sleep(clock, wait * (1 + 0.2 * random()), signal);
      if (signal.aborted) return;
    }
  }

  /**
   * Once: the certificates are what they should be by now, the CRDs trust them, and then the current one is served. The very
   * first one is served before: no CRD is to lead where nobody listens.
   *
   * @returns whether all CRDs lead here
   * @throws ApiError, ConnectionError
   */
  async step(signal: AbortSignal): Promise<boolean> {
    const stored = await this.rotated(signal);
    if (this.served === undefined) await this.serve(stored);
    const leadHere = await this.trust(caBundle(stored), signal);
    await this.serve(stored);
    return leadHere;
  }

  private async serve({ current }: StoredCertificates): Promise<void> {
    if (this.served === current.certificate) return;
    await this.options.onCertificate(current);
    this.served = current.certificate;
  }

  private async rotated(signal: AbortSignal): Promise<StoredCertificates> {
    const { api, secret, service, clock, times, log } = this.options;
    for (;;) {
      const found = await api.get({ resource: SECRETS, ...secret }, { signal });
      const before = found === undefined ? undefined : readCertificates(found);
      const after = rotate(before, {
        names: namesOfService(service),
        now: clock.wallTime(),
        makePair: selfSignedPair,
        ...(times === undefined ? {} : { times }),
      });
      if (after === before) return after;
      try {
        if (found === undefined) await api.create(SECRETS, newSecret(secret, after), { signal });
        else await api.replace(SECRETS, changedSecret(found, after), { signal });
        log?.info({ secret: `${secret.namespace}/${secret.name}` }, 'exchanged certificates of the webhook');
        return after;
      } catch (error) {
        // Another replica was faster: what it has stored counts.
        if (!(error instanceof ApiError && error.isConflict)) throw error;
      }
    }
  }

  private async trust(bundle: string, signal: AbortSignal): Promise<boolean> {
    const { api, service, log, mayLead = () => true } = this.options;
    let leadHere = true;
    for (const name of CONVERTED_CRDS) {
      const crd = await api.get({ resource: CRDS, name }, { signal });
      const patch = crd === undefined ? undefined : conversionPatch(crd, service, bundle);
      if (crd === undefined || patch === undefined) continue;
      if (!isLedTo(crd, service) && !mayLead()) {
        leadHere = false;
        continue;
      }
      await api.patch({ resource: CRDS, name }, 'merge', patch, { signal });
      log?.info({ crd: name }, 'versions are converted here');
    }
    return leadHere;
  }
}
