import type { Clock } from '../clock.ts'
import { KubeError } from './errors.ts'
import { microTime } from './time.ts'
import type { KubeClient, KubeObject } from './types.ts'

export interface LeaseRecordOptions {
  client: KubeClient
  clock: Clock
  name: string
  namespace: string
  identity: string
  leaseMs: number
  /** How long one request may take. */
  requestMs: number
  /** The lease we last saw has run out: time to claim it. */
  onExpired: () => void
}

/** The Lease object as this candidate last saw it. Every write presumes that it is still so. Methods throw KubeErrors. */
export interface LeaseRecord {
  holder(): string | undefined
  /** It may be claimed: there is none, it was released, it is ours, or it ran out before our eyes. */
  free(): boolean
  look(): Promise<void>
  /** Makes or keeps it ours; a conflict when it is no longer as we saw it. */
  claim(): Promise<void>
  release(): Promise<void>
}

interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
}

// A lease that claims to hold longer than this was written by mistake.
const longestLeaseSeconds = 60

export function leaseRecord(options: LeaseRecordOptions): LeaseRecord {
  const { client, clock, name, namespace, identity, leaseMs, requestMs, onExpired } = options
  const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }
  let seen: KubeObject | undefined
  let expired = false
  let cancel = () => {}

  const observe = (lease: KubeObject | undefined) => {
    if (lease && lease.metadata.resourceVersion === seen?.metadata.resourceVersion) return
    cancel()
    seen = lease
    expired = false
    if (!lease) return
    // A timer of our own, set when we saw the change: other machines' clocks do not come into it.
    cancel = clock.after(durationMs(lease, leaseMs), () => {
      expired = true
      onExpired()
    })
  }
  const write = async (spec: LeaseSpec): Promise<void> => {
    const before = seen
    const written = await limited(clock, requestMs, (signal) => {
      if (!before) return client.create({ ...ref, metadata: { name, namespace }, spec }, { signal })
      const version = before.metadata.resourceVersion
      return client.patch(
        ref,
        [
          { op: 'test', path: '/metadata/resourceVersion', value: version },
          { op: 'add', path: '/spec', value: spec },
        ],
        { signal },
      )
    })
    observe(written)
  }
  return {
    holder: () => specOf(seen).holderIdentity,
    free: () => seen === undefined || expired || !specOf(seen).holderIdentity || specOf(seen).holderIdentity === identity,
    async look() {
      observe(await limited(clock, requestMs, (signal) => client.get(ref, { signal })))
    },
    async claim() {
      const before = specOf(seen)
      const now = microTime(clock.now())
      const taking = before.holderIdentity === identity ? {} : { acquireTime: now, leaseTransitions: transitionsAfter(seen) }
      await write({ ...before, holderIdentity: identity, leaseDurationSeconds: Math.ceil(leaseMs / 1000), renewTime: now, ...taking })
    },
    async release() {
      await write({ ...specOf(seen), holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(clock.now()) })
      cancel()
    },
  }
}

function specOf(lease: KubeObject | undefined): LeaseSpec {
  return (lease?.spec ?? {}) as LeaseSpec
}

function transitionsAfter(lease: KubeObject | undefined): number {
  return lease ? (specOf(lease).leaseTransitions ?? 0) + 1 : 0
}

function durationMs(lease: KubeObject, otherwise: number): number {
  const seconds = specOf(lease).leaseDurationSeconds
  return seconds !== undefined && seconds > 0 && seconds <= longestLeaseSeconds ? seconds * 1000 : otherwise
}

/** Gives a request up after `ms`, whether or not it heeds its signal. */
function limited<T>(clock: Clock, ms: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      controller.abort()
      reject(new KubeError({ status: 0, reason: 'Unreachable', message: `no answer within ${ms} ms` }))
    })
    request(controller.signal).then(resolve, reject).finally(cancel)
  })
}
