import type { StoredCertificates } from './certificate-rotation';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** Where the certificates are kept. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads the Secret; undefined when there is no certificate in it. */
export function readCertificates({ data }: JsonObject): StoredCertificates | undefined {
  const text = (key: string): string => decoded(isJsonObject(data) ? data[key] : undefined);
  const current = { certificate: text('tls.crt'), key: text('tls.key') };
  const next = { certificate: text('next.crt'), key: text('next.key') };
  const previous = text('previous.crt');
  if (current.certificate === '' || current.key === '') return undefined;
  return {
    current,
    ...(next.certificate === '' || next.key === '' ? {} : { next }),
    ...(previous === '' ? {} : { previous }),
  };
}

/** A Secret that does not exist yet, of the type that other tools know (`kubernetes.io/tls`). */
export function newSecret({ namespace, name }: SecretName, certificates: StoredCertificates): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'intents-controller' } },
    type: 'kubernetes.io/tls',
    data: dataOf(certificates),
  };
}

/** The Secret as read with other certificates; keys of others in it stay. */
export function changedSecret(secret: JsonObject, certificates: StoredCertificates): JsonObject {
  const { data } = secret;
  const { 'next.crt': _, 'next.key': __, 'previous.crt': ___, ...others } = isJsonObject(data) ? data : {};
  return { ...secret, data: { ...others, ...dataOf(certificates) } };
}

function dataOf({ current, next, previous }: StoredCertificates): JsonObject {
  return {
    'tls.crt': encoded(current.certificate),
    'tls.key': encoded(current.key),
    ...(next === undefined ? {} : { 'next.crt': encoded(next.certificate), 'next.key': encoded(next.key) }),
    ...(previous === undefined ? {} : { 'previous.crt': encoded(previous) }),
  };
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function decoded(value: Json | undefined): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}
