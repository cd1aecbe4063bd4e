import type { KubernetesApi, RequestOptions } from '../api/kubernetes-api';

/** This replica may not write now, because another one may. */
export class NotLeading extends Error {
  override readonly name = 'NotLeading';

  constructor() {
    super('this replica does not lead, so it does not write');
  }
}

/** Who may write. */
export interface Leadership {
  /** Asked before every write. */
  readonly leads: boolean;
  /** Ends writes that are on their way when the lease is lost: another replica may write the same by now. */
  readonly signal: AbortSignal;
}

/** The API server, to which only the leader writes. Whoever asks later than the lease allows gets a {@link NotLeading}. */
export function writesOfLeader(api: KubernetesApi, leadership: () => Leadership): KubernetesApi {
  const guarded = <T, O extends RequestOptions>(
    options: O | undefined,
    write: (options: O) => Promise<T>,
  ) => {
    const { leads, signal } = leadership();
    if (!leads) return Promise.reject(new NotLeading());
    const given = options?.signal;
    const limited = given === undefined ? signal : AbortSignal.any([given, signal]);
    return write(Object.assign({}, options, { signal: limited }));
  };
  return {
    list: (...words) => api.list(...words),
    listAs: (...words) => api.listAs(...words),
    watch: (...words) => api.watch(...words),
    get: (...words) => api.get(...words),
    getPath: (...words) => api.getPath(...words),
    apply: (resource, manifest, options) =>
      guarded(options, (limited) => api.apply(resource, manifest, limited)),
    patch: (ref, type, body, options) => guarded(options, (limited) => api.patch(ref, type, body, limited)),
    create: (resource, manifest, options) =>
      guarded(options, (limited) => api.create(resource, manifest, limited)),
    replace: (resource, manifest, options) =>
      guarded(options, (limited) => api.replace(resource, manifest, limited)),
    delete: (ref, options) => guarded(options, (limited) => api.delete(ref, limited)),
  };
}
