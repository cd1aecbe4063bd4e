/** The way of a connection as a policy sees it from the pod it selects. */
export type Direction = 'ingress' | 'egress';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];
