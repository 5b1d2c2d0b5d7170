import type { SourceFault } from '../source.ts'
import type { ActKind } from './act.ts'

/** Pods of a shop die: deleted, as by an eviction. */
export const podsDie: ActKind = {
  what: 'fault',
  concerns: 'shop',
  often: 4,
  draw: (draw) => ({ share: draw.pick([0.2, 0.5, 1]), salt: draw.whole(1, 1e6) }),
  perform(sim, { share, salt }, shop) {
    const draw = sim.random.fork(`pods ${salt}`)
    for (const pod of sim.book.of(shop.name).pods.values()) {
      if (pod.metadata.deletionTimestamp || !draw.chance(share)) continue
      sim.struck('podsDie', shop.name)
      sim.excuse(shop.name)
      sim.sandbox.api.delete({ ...pod, namespace: sim.namespaceOf(shop), name: pod.metadata.name }, { gracePeriodSeconds: 0 })
    }
  },
}

/** A node vanishes, and every pod on it. */
export const nodeGone: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 1,
  draw: (draw) => ({ node: `node-${draw.whole(1, 3)}` }),
  perform(sim, { node }) {
    for (const shop of sim.plan.shops)
      for (const pod of sim.book.of(shop.name).pods.values()) {
        if (pod.spec.nodeName !== node) continue
        sim.struck('nodeGone', shop.name)
        sim.excuse(shop.name)
        sim.sandbox.api.delete({ ...pod, namespace: sim.namespaceOf(shop), name: pod.metadata.name }, { gracePeriodSeconds: 0 })
      }
  },
}

/** The gateway reports late, or never while it lasts. */
export const gatewaySilent: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 2,
  draw: (draw) => ({ ms: draw.whole(1_000, 12_000), delay: draw.pick([1_500, 4_000, 60_000]) }),
  lasts: ({ ms, delay }) => ms + Math.min(delay, 4_000),
  perform(sim, { ms, delay }) {
    sim.sandbox.delays.routeStatus = delay
    sim.struck('gatewaySilent')
    sim.after(ms, () => {
      sim.sandbox.delays.routeStatus = [5, 60]
    })
  },
}

/** The native controllers and the kubelet of the cluster are slow. */
export const clusterSlow: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 2,
  draw: (draw) => ({ ms: draw.whole(1_000, 8_000), most: draw.whole(200, 2_500) }),
  lasts: ({ ms, most }) => ms + most,
  perform(sim, { ms, most }) {
    const { delays } = sim.sandbox
    const before = { ...delays }
    Object.assign(delays, { deployment: [1, most], replicaSet: [1, most], endpointSlice: [1, most], kubelet: [1, most / 2] })
    sim.struck('clusterSlow')
    sim.after(ms, () => Object.assign(delays, before))
  },
}

/** The metric source is down, slow, late, empty, or says what is not so. */
export const sourceWrong: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 2,
  draw: (draw) => ({
    ms: draw.whole(5_000, 60_000),
    fault: draw.pick<SourceFault>([
      { do: 'down' },
      { do: 'answer', status: 500 },
      { do: 'slow', ms: 4_000 },
      { do: 'empty' },
      { do: 'behind', ms: 40_000 },
      { do: 'lie' },
    ]),
  }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms, fault }) {
    sim.source.break(fault, sim.clock.now() + ms, () => sim.struck('sourceWrong'))
  },
}
