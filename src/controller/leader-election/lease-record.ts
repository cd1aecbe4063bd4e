import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** What the Lease says about who leads (coordination.k8s.io/v1, `spec`). Times are text: they are for people. */
export interface LeaseRecord {
  /** Who holds it; empty when it was given back. */
  readonly holder: string;
  /** Seconds for which the holder may hold it without renewing. */
  readonly durationSeconds: number;
  /** When the holder got it, and when it last renewed it, as RFC 3339 with microseconds. */
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often it has changed hands. */
  readonly transitions: number;
}

/** A Lease as the API server holds it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  /** The object as read, so that labels and annotations of others survive an update, and `resourceVersion` guards it. */
  readonly manifest: JsonObject;
}

/** Where a Lease lies. */
export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads a Lease. What is missing or of a wrong type reads as a lease that nobody holds. */
export function readLease(manifest: JsonObject): StoredLease {
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  return {
    manifest,
    record: {
      holder: textOf(spec['holderIdentity']),
      durationSeconds: countOf(spec['leaseDurationSeconds']),
      acquireTime: textOf(spec['acquireTime']),
      renewTime: textOf(spec['renewTime']),
      transitions: countOf(spec['leaseTransitions']),
    },
  };
}

/** A Lease that does not exist yet. */
export function newLease({ namespace, name }: LeaseName, record: LeaseRecord): JsonObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
    spec: specOf(record),
  };
}

/** The stored Lease with another record; an update of it fails when somebody else was faster (`resourceVersion`). */
export function changedLease({ manifest }: StoredLease, record: LeaseRecord): JsonObject {
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  return { ...manifest, spec: { ...spec, ...specOf(record) } };
}

/** `2026-01-31T12:00:00.000000Z`: the API server takes no fewer digits than microseconds (MicroTime). */
export function microTime(date: Date): string {
  return date.toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}

function specOf(record: LeaseRecord): JsonObject {
  const { holder, durationSeconds, acquireTime, renewTime, transitions } = record;
  return {
    holderIdentity: holder,
    leaseDurationSeconds: durationSeconds,
    acquireTime,
    renewTime,
    leaseTransitions: transitions,
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function countOf(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}
