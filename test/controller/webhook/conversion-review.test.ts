import { wholeIntents, wholeProtection } from '../../crds/whole-objects';
import { reviewConversion } from '../../../src/controller/webhook/conversion-review';

function review(desiredAPIVersion: unknown, ...objects: unknown[]): any {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'ConversionReview',
    request: { uid: '705ab4f5', desiredAPIVersion, objects },
  };
}

const responseTo = (request: unknown): any => reviewConversion(request)?.['response'];

describe('a conversion review', () => {
  it('is answered with every object in the version asked for, in its order', () => {
    const objects = [wholeIntents('v2beta1'), wholeProtection('v1beta1'), wholeIntents('v1beta1')];
    const answer: any = reviewConversion(review('k8s.otterize.com/v1beta1', ...objects));
    expect(answer).toMatchObject({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview' });
    const { uid, result, convertedObjects } = answer.response;
    expect({ uid, result }).toEqual({ uid: '705ab4f5', result: { status: 'Success' } });
    expect(convertedObjects.map(({ apiVersion, kind }: any) => `${apiVersion} ${kind}`)).toEqual([
      'k8s.otterize.com/v1beta1 ClientIntents',
      'k8s.otterize.com/v1beta1 ProtectedService',
      'k8s.otterize.com/v1beta1 ClientIntents',
    ]);
    expect(convertedObjects[2]).toEqual(objects[2]);
  });

  it('says which object stands in the way', () => {
    const other = { ...wholeIntents('v2beta1'), kind: 'Other' };
    expect(responseTo(review('k8s.otterize.com/v1beta1', wholeIntents('v2beta1'), other))).toEqual({
      uid: '705ab4f5',
      result: {
        status: 'Failure',
        message: 'Other/shop/frontend: "Other" is not a kind of k8s.otterize.com',
      },
      convertedObjects: [],
    });
    expect(responseTo(review('k8s.otterize.com/v9')).result).toMatchObject({ status: 'Failure' });
    expect(responseTo(review('k8s.otterize.com/v1beta1', 7)).result).toMatchObject({ status: 'Failure' });
  });

  it.each([
    ['text', 'x'],
    ['null', null],
    ['no request', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview' }],
    [
      'another version',
      { ...review('k8s.otterize.com/v1beta1'), apiVersion: 'apiextensions.k8s.io/v1beta1' },
    ],
    ['another kind', { ...review('k8s.otterize.com/v1beta1'), kind: 'AdmissionReview' }],
    ['no uid', { ...review('k8s.otterize.com/v1beta1'), request: { objects: [] } }],
  ])('is none: %s', (_, body) => {
    expect(reviewConversion(body)).toBeUndefined();
  });
});
