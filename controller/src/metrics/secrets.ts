import type { SecretKeyRef } from '../api/secretRef.ts'
import type { Clock, Instant } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import { SourceError } from './errors.ts'

/** Reads values of Secrets when they are needed, and keeps them for a minute. */
export interface Secrets {
  /**
   * The value, as text, without line breaks at its end (editors put them there, headers cannot hold them). Throws a SourceError `refused` that says
   * what to write where the Secret or its key is missing, `down` where it could not be read.
   */
  value(namespace: string, ref: SecretKeyRef): Promise<string>
  /** They turned out not to be good: the next use reads them anew. */
  forget(namespace: string, names: Iterable<string>): void
}

const keptMs = 60_000
const most = 1000

/** `read` gives the Secret, undefined where there is none. */
export function secretCache(read: (namespace: string, name: string) => Promise<KubeObject | undefined>, clock: Clock): Secrets {
  const known = new Map<string, { at: Instant; data: Promise<Record<string, unknown>> }>()

  const load = async (namespace: string, name: string): Promise<Record<string, unknown>> => {
    let object: KubeObject | undefined
    try {
      object = await read(namespace, name)
    } catch (cause) {
      throw new SourceError('down', `Secret ${namespace}/${name} could not be read from the cluster; it is tried again`, { cause })
    }
    if (!object) throw new SourceError('refused', `there is no Secret ${name} in namespace ${namespace}: create it`)
    return typeof object.data === 'object' && object.data !== null ? (object.data as Record<string, unknown>) : {}
  }
  const data = (namespace: string, name: string) => {
    const key = `${namespace}/${name}`
    const kept = known.get(key)
    if (kept && Math.abs(clock.now() - kept.at) < keptMs) return kept.data
    const entry = { at: clock.now(), data: load(namespace, name) }
    known.delete(key)
    known.set(key, entry)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    // What failed is asked for again with the next use.
    entry.data.catch(() => known.get(key) === entry && known.delete(key))
    return entry.data
  }
  return {
    async value(namespace, { name, key }) {
      const values = await data(namespace, name)
      const value = Object.hasOwn(values, key) ? values[key] : undefined
      if (typeof value !== 'string') throw new SourceError('refused', `Secret ${name} in namespace ${namespace} has no key ${key}: add it`)
      return Buffer.from(value, 'base64')
        .toString('utf8')
        .replace(/[\r\n]+$/, '')
    },
    forget(namespace, names) {
      for (const name of names) known.delete(`${namespace}/${name}`)
    },
  }
}
