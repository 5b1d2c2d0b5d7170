import type { Obj } from '../../../sandbox/src/types.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'
import type { SourceFault } from '../source.ts'
import type { ActKind } from './act.ts'

const fault = { what: 'fault', concerns: 'cluster' } as const

const gatewayPace = [5, 60] as const

/** A gateway that comes back looks at everything. */
function gatewayAwake(sim: Sim): void {
  sim.sandbox.delays.routeStatus = gatewayPace
  for (const gateway of sim.sandbox.api.list('gateway.networking.k8s.io/v1', 'Gateway'))
    sim.sandbox.api.patch(
      { ...gateway, ...gateway.metadata },
      { type: 'merge', body: { metadata: { annotations: { awake: String(sim.number()) } } } },
    )
}

/** The gateway reports late, or never while it lasts. */
export const gatewaySilent: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ ms: draw.whole(1_000, 12_000), delay: draw.pick([1_500, 4_000, 60_000]) }),
  lasts: ({ ms }) => ms + 100,
  perform(sim, { ms, delay }) {
    sim.sandbox.delays.routeStatus = delay
    sim.struck('gatewaySilent')
    sim.after(ms, () => gatewayAwake(sim))
  },
}

/** What a gateway says that does not do what it is told. */
const gatewayLies = {
  /** It speaks of what the route was before. */
  old: (generation: number) => ({ Accepted: ['True', generation - 1], ResolvedRefs: ['True', generation - 1] }),
  /** It refuses the route. */
  refused: (generation: number) => ({ Accepted: ['False', generation], ResolvedRefs: ['True', generation] }),
  /** It does not find a Service. */
  unresolved: (generation: number) => ({ Accepted: ['True', generation], ResolvedRefs: ['False', generation] }),
} as const
type GatewayLie = keyof typeof gatewayLies

/** The gateway ignores what the routes of a shop say, and says so: it reports another generation, or refuses them. */
export const gatewayWrong: ActKind = {
  what: 'fault',
  concerns: 'shop',
  often: 2,
  fits: ({ routes }) => routes.length > 0,
  draw: (draw) => ({ ms: draw.whole(500, 10_000), lie: draw.pick(['old', 'refused', 'unresolved'] as const) }),
  lasts: ({ ms }) => ms + 100,
  perform(sim, { ms, lie }, shop) {
    const { api, clock, delays } = sim.sandbox
    delays.routeStatus = 60_000
    sim.struck('gatewayWrong', shop.name)
    const say = (route: Obj) => {
      const generation = route.metadata.generation ?? 1
      if (told.get(route.metadata.uid) === generation) return
      told.set(route.metadata.uid, generation)
      clock.after(20, () => {
        const now = sim.book.of(shop.name).routes.get(`${route.kind}/${shop.name}`)
        if (now?.metadata.uid === route.metadata.uid) report(sim, now, lie)
      })
    }
    const told = new Map<string, number>()
    for (const route of sim.book.of(shop.name).routes.values()) say(route)
    const stop = api.onChange(({ type, object }) => {
      if (type !== 'DELETED' && isRouteOf(shop, object)) say(object)
    })
    sim.after(ms, () => {
      stop()
      gatewayAwake(sim)
    })
  },
}

const isRouteOf = ({ name, routes }: Shop, { kind, metadata }: Obj): boolean =>
  metadata.name === name && routes.some((route) => route === kind)

function report(sim: Sim, route: Obj, lie: GatewayLie): void {
  const said = gatewayLies[lie](route.metadata.generation ?? 1)
  const lastTransitionTime = new Date(sim.clock.now()).toISOString().replace(/\.\d+/, '')
  const conditions = Object.entries(said).map(([type, [status, observedGeneration]]) => ({
    type,
    status,
    reason: 'Simulated',
    message: 'simulated',
    observedGeneration,
    lastTransitionTime,
  }))
  const parents = (route.status?.parents ?? []).map((parent: object) => ({ ...parent, conditions }))
  sim.sandbox.api.update({ ...route, status: { parents } }, { subresource: 'status', fieldManager: 'sandbox-gateway' })
}

/** The native controllers and the kubelet of the cluster are slow. */
export const clusterSlow: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({ ms: draw.whole(1_000, 8_000), most: draw.whole(200, 2_500) }),
  lasts: ({ ms, most }) => ms + most,
  perform(sim, { ms, most }) {
    const { delays } = sim.sandbox
    Object.assign(delays, { deployment: [1, most], replicaSet: [1, most], endpointSlice: [1, most], kubelet: [1, most / 2] })
    sim.struck('clusterSlow')
    sim.after(ms, () => Object.assign(delays, clusterPace))
  },
}

/** As test/dsl/embedded.ts has them. */
const clusterPace = { deployment: [1, 40], replicaSet: [1, 40], endpointSlice: [1, 40], kubelet: [1, 20] } as const

/** The metric source is down, slow, late, empty, or says what is not so. */
export const sourceWrong: ActKind = {
  ...fault,
  often: 2,
  draw: (draw) => ({
    ms: draw.whole(5_000, 60_000),
    fault: draw.pick<SourceFault>([
      { do: 'down' },
      { do: 'answer', status: 500 },
      { do: 'answer', status: 429 },
      { do: 'slow', ms: 4_000 },
      { do: 'slow', ms: 1_500 },
      { do: 'empty' },
      { do: 'behind', ms: 40_000 },
      { do: 'nonsense' },
      { do: 'lie', about: 'all' },
      { do: 'lie', about: draw.pick(['odd', 'even'] as const) },
    ]),
  }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms, fault: wrong }) {
    sim.source.break(wrong, sim.clock.now() + ms, (asking) => sim.struck('sourceWrong', asking))
  },
}
