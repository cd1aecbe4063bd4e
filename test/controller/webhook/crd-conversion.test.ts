import { shippedCrds } from '../../crds/crd-file';
import {
  conversionPatch,
  CONVERTED_CRDS,
  namesOfService,
} from '../../../src/controller/webhook/crd-conversion';

const service = { namespace: 'intents', name: 'intents-controller-webhook', port: 443 };
const bundle = 'PEM\n';

describe('the conversion of a CRD', () => {
  const crd: any = shippedCrds().get('ClientIntents');

  it('leads to our Service, by a certificate that is trusted', () => {
    expect(conversionPatch(crd, service, bundle)).toEqual({
      spec: {
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: {
              service: {
                namespace: 'intents',
                name: 'intents-controller-webhook',
                path: '/convert',
                port: 443,
              },
              caBundle: Buffer.from(bundle).toString('base64'),
              url: null,
            },
          },
        },
      },
    });
  });

  it('is left alone when it does, with the port left out or written', () => {
    const conversion: any = structuredClone((conversionPatch(crd, service, bundle) as any).spec.conversion);
    delete conversion.webhook.clientConfig.url;
    const done = { spec: { ...crd.spec, conversion } };
    expect(conversionPatch(done, service, bundle)).toBeUndefined();
    delete conversion.webhook.clientConfig.service.port;
    expect(conversionPatch(done, service, bundle)).toBeUndefined();
    expect(conversionPatch(done, service, 'another')).toBeDefined();
    expect(conversionPatch(done, { ...service, port: 8443 }, bundle)).toBeDefined();
    expect(conversionPatch({}, service, bundle)).toBeDefined();
  });

  it('is set for every CRD that is shipped', () => {
    const names = [...shippedCrds().values()].map(({ metadata }: any) => metadata.name);
    expect([...CONVERTED_CRDS].sort()).toEqual(names.sort());
  });

  it('is asked for under the names that API servers use', () => {
    expect(namesOfService(service)[0]).toBe('intents-controller-webhook.intents.svc');
  });
});
