import { CertificateKeeper, type CertificateKeeperOptions } from './certificate-keeper';
import { conversionHandler } from './conversion-handler';
import { readCertificate, type CertificatePair } from './serving-certificate';
import type { ControllerLog } from '../controller-hooks';
import type { BindAddress } from '../operation/bind-address';
import { listenSecurely, type SecureListener } from '../operation/http-listener';
import type { ControllerMetrics } from '../operation/metrics';

/** What the webhook is told. */
export interface ConversionServerOptions extends Omit<CertificateKeeperOptions, 'onCertificate' | 'log'> {
  readonly address: BindAddress;
  readonly log: ControllerLog;
  readonly metrics: ControllerMetrics;
}

/** Converts versions for API servers, on every replica, with certificates that are exchanged while it runs. */
export class ConversionServer {
  private readonly over = new AbortController();
  private listener: SecureListener | undefined;
  private keeping: Promise<void> | undefined;

  constructor(private readonly options: ConversionServerOptions) {}

  /** Begins: once there is a certificate that the CRDs trust, it is served. */
  start(): void {
    const keeper = new CertificateKeeper({
      ...this.options,
      onCertificate: (pair) => this.serve(pair),
    });
    this.keeping = keeper.run(this.over.signal);
  }

  get isServing(): boolean {
    return this.listener !== undefined;
  }

  /** The port it listens on; 0 while it does not. */
  get port(): number {
    return this.listener?.port ?? 0;
  }

  /** Ends it; reviews that are on their way are answered. */
  async close(): Promise<void> {
    this.over.abort();
    await this.keeping;
    await this.listener?.close();
    this.listener = undefined;
  }

  private async serve(pair: CertificatePair): Promise<void> {
    const { address, log, metrics } = this.options;
    const facts = readCertificate(pair.certificate);
    if (facts !== undefined) metrics.setCertificateEnd(facts.notAfter);
    if (this.listener !== undefined) {
      this.listener.exchange(pair);
      return;
    }
    const handler = conversionHandler({
      onReview: (result) => {
        metrics.countReview(result);
      },
      onError: (error) => {
        log.error({ error }, 'a conversion failed');
      },
    });
    this.listener = await listenSecurely(address, pair, handler);
    log.info({ port: this.listener.port }, 'converts versions');
  }
}
