import type { Context } from '../controllers/context.ts'
import { draw } from '../controllers/delays.ts'
import { serviceNameLabel } from '../controllers/endpointSlice.ts'
import { entry } from '../controllers/entry.ts'
import { tagOf } from '../controllers/images.ts'
import { hashLabel } from '../controllers/podTemplate.ts'
import { keyOf, kindOf } from '../controllers/store.ts'
import type { Obj } from '../types.ts'

/** An address as proxies know it; what they know may be out of date. */
export interface Endpoint {
  ip: string
  /** Of the pod that was there when proxies were told. */
  version: string
  hash: string
}

export interface Endpoints {
  /** The Service as proxies know it. */
  service(key: string): Obj | undefined
  /** Endpoints that may get requests. With `draining`, those that end but still serve stand in when none is ready. */
  of(key: string, options: { draining: boolean }): readonly Endpoint[]
  stop(): void
}

interface Known {
  ready: Endpoint[]
  draining: Endpoint[]
}

/** What proxies know of Services and EndpointSlices: each change reaches them `delays.endpoints` later. */
export function watchEndpoints(ctx: Context): Endpoints {
  const seen = new Map<string, Obj>()
  const known = new Map<string, Known>()
  const pods = new Map<string, Endpoint>()
  const pending = new Set<() => void>()
  /** Newest change applied per object, so that a shortened delay cannot bring back an older one. */
  const applied = new Map<string, number>()
  let serial = 0

  const apply = (key: string, object: Obj, gone: boolean) => {
    if (gone) seen.delete(key)
    else seen.set(key, object)
    const service = object.metadata.labels?.[serviceNameLabel]
    if (object.kind === 'EndpointSlice' && service !== undefined) known.delete(`${object.metadata.namespace}/${service}`)
  }
  const onChange = ({ type, object }: { type: string; object: Obj }) => {
    const key = `${object.kind} ${keyOf(object)}`
    const mine = serial++
    ctx.activity.begin()
    const cancel = ctx.clock.after(draw(ctx.delays.endpoints, ctx.random), () => {
      drop()
      if ((applied.get(key) ?? -1) > mine) return
      if (type === 'DELETED') applied.delete(key)
      else applied.set(key, mine)
      apply(key, object, type === 'DELETED')
    })
    const drop = () => {
      cancel()
      if (pending.delete(drop)) ctx.activity.end()
    }
    pending.add(drop)
  }
  const endpoint = (raw: Obj['spec']): Endpoint => {
    const uid = raw.targetRef?.uid ?? ''
    const pod = ctx.store.byUid(uid)
    const image = pod?.spec.containers[0]?.image
    // a pod that has gone keeps the name under which its answers were counted
    const fresh = pod ? { ip: raw.addresses[0], version: tagOf(image), hash: pod.metadata.labels?.[hashLabel] ?? '' } : pods.get(uid)
    if (fresh) pods.set(uid, fresh)
    return fresh ?? { ip: raw.addresses[0], version: 'unknown', hash: '' }
  }
  const knowledge = (key: string): Known => {
    return entry(known, key, () => gather(key))
  }
  const gather = (key: string): Known => {
    const found: Known = { ready: [], draining: [] }
    const slash = key.indexOf('/')
    for (const slice of seen.values()) {
      if (slice.kind !== 'EndpointSlice' || slice.metadata.namespace !== key.slice(0, slash)) continue
      if (slice.metadata.labels?.[serviceNameLabel] !== key.slice(slash + 1) || !slice.ports?.length) continue
      for (const raw of (slice.endpoints ?? []) as Obj['spec'][]) {
        if (raw.conditions?.ready !== false) found.ready.push(endpoint(raw))
        else if (raw.conditions.serving && raw.conditions.terminating) found.draining.push(endpoint(raw))
      }
    }
    return found
  }

  const stops = [
    ctx.store.on('Service', onChange),
    ctx.store.on('EndpointSlice.discovery.k8s.io', onChange),
    ctx.store.on('Pod', ({ type, object }) => {
      if (type !== 'DELETED') return
      const forget = ctx.clock.after(60_000, () => {
        pods.delete(object.metadata.uid)
        pending.delete(forget)
      })
      pending.add(forget)
    }),
  ]
  for (const kind of ['Service', 'EndpointSlice.discovery.k8s.io']) {
    for (const object of ctx.store.list(kind)) if (kindOf(object) === kind) apply(`${object.kind} ${keyOf(object)}`, object, false)
  }
  return {
    service: (key) => seen.get(`Service ${key}`),
    of(key, { draining }) {
      const { ready, draining: ending } = knowledge(key)
      return draining && ready.length === 0 ? ending : ready
    },
    stop() {
      for (const stop of stops) stop()
      for (const drop of [...pending]) drop()
      pending.clear()
    },
  }
}
