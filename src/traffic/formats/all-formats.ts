import { CALICO } from './calico';
import { CONNTRACK } from './conntrack';
import { COREDNS } from './coredns';
import { DNSTAP_JSON, DNSTAP_TEXT } from './dnstap';
import { ENVOY_JSON } from './envoy-json';
import { ENVOY_TEXT } from './envoy-text';
import type { FlowFormat } from './flow-format';
import { GADGET } from './gadget';
import { HUBBLE } from './hubble';
import { ISTIO_METRICS } from './istio-metrics';
import { PLAIN_CSV, PLAIN_JSON } from './plain';
import { VPC } from './vpc';

/** Every format that can be read; the first of those that know a line alike is taken. */
export const ALL_FORMATS: readonly FlowFormat[] = [
  HUBBLE,
  CALICO,
  CONNTRACK,
  VPC,
  ENVOY_JSON,
  ENVOY_TEXT,
  ISTIO_METRICS,
  COREDNS,
  DNSTAP_JSON,
  DNSTAP_TEXT,
  GADGET,
  PLAIN_JSON,
  PLAIN_CSV,
];
