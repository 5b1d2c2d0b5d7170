import type { Json } from '../../cluster/apiClient.ts'
import type { KindName } from '../../dsl/api.ts'
import { controllerOf, statusOf } from '../book.ts'
import { hashOf, releaseAnnotation } from '../promises/sights.ts'
import type { ActKind } from './act.ts'

const deed = { what: 'deed', concerns: 'shop' } as const

/** The Rollout is deleted, and made again from its manifest. */
export const rolloutGone: ActKind = {
  ...deed,
  often: 1.5,
  draw: (draw) => ({ ms: draw.whole(100, 6_000) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms }, shop) {
    sim.loosen(shop.name)
    await sim.apiOf(shop).delete('Rollout', shop.name)
    sim.later(ms, () => sim.apply(shop))
  },
}

/** The Deployment is deleted, with its pods or without them, and made again: for a time the Rollout has nothing to look after. */
export const deploymentGone: ActKind = {
  ...deed,
  often: 1,
  draw: (draw) => ({ ms: draw.whole(100, 6_000), propagation: draw.pick(['Background', 'Foreground', 'Orphan'] as const) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms, propagation }, shop) {
    sim.loosen(shop.name)
    sim.excuse(shop.name)
    await sim.apiOf(shop).delete('Deployment', shop.name, { propagation })
    sim.later(ms, () => sim.apply(shop))
  },
}

/** Everything of a shop is deleted, in any order, and applied again later. */
export const shopGone: ActKind = {
  ...deed,
  often: 0.7,
  draw: (draw) => ({ ms: draw.whole(100, 8_000), order: Array.from({ length: 5 }, () => draw.next()) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms, order }, shop) {
    sim.loosen(shop.name)
    sim.excuse(shop.name)
    const kinds: KindName[] = ['Rollout', 'Deployment', 'Service', ...shop.routes]
    const sorted = kinds.map((kind, at) => [order[at] ?? 1, kind] as const).sort(([a], [b]) => a - b)
    for (const [, kind] of sorted) await sim.apiOf(shop).delete(kind, shop.name)
    sim.later(ms, () => sim.apply(shop))
  },
}

/** Something that a run made, or that it needs, is deleted by hand; what stands in the repository comes back by the next apply. */
export const partGone: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({
    what: draw.pick(['canaryService', 'newestSet', 'oldSet', 'analysis', 'service', 'route', 'command'] as const),
    ms: draw.whole(100, 3_000),
  }),
  lasts: ({ ms }) => ms,
  async perform(sim, { what, ms }, shop) {
    const api = sim.apiOf(shop)
    const sight = sim.book.of(shop.name)
    const run = statusOf(sight)?.run
    const remove = async (kind: KindName, name: string | undefined) => {
      if (name !== undefined) await api.delete(kind, name)
    }
    switch (what) {
      case 'canaryService':
        return await remove('Service', sight.services.has(`${shop.name}-canary`) ? `${shop.name}-canary` : undefined)
      case 'newestSet': {
        // While another template is held nobody could make it anew: what it was made of stood in it alone.
        const { set, hash } = run?.to ?? (sight.deployment?.spec.paused ? {} : statusOf(sight)?.stable) ?? {}
        for (const pod of sight.pods.values()) if (hashOf(pod) === hash) sim.excuse(shop.name, pod.metadata.uid)
        return await remove('ReplicaSet', set)
      }
      case 'oldSet': {
        const old = [...sight.sets.values()].find((set) => set.spec.replicas === 0 && controllerOf(set)?.kind === 'Deployment')
        return await remove('ReplicaSet', old?.metadata.name)
      }
      case 'analysis':
        return await remove('AnalysisRun', run?.analysis?.name)
      case 'command':
        return await remove('RolloutCommand', [...sight.commands.keys()].at(-1))
      case 'service':
        await remove('Service', shop.name)
        break
      case 'route':
        await remove(shop.routes[0] ?? 'Service', shop.routes[0] === undefined ? undefined : shop.name)
    }
    sim.later(ms, () => sim.apply(shop))
  },
}

/** Somebody edits the route or the Service in mid-run, as an older manifest of theirs has it. */
export const meddle: ActKind = {
  ...deed,
  often: 2,
  fits: ({ mode }) => mode !== 'Pods',
  draw: (draw) => ({ what: draw.pick(['route', 'service']) }),
  async perform(sim, { what }, shop) {
    const api = sim.apiOf(shop)
    const { service, routes } = sim.repository.of(shop.name)
    const [route] = routes
    if (what === 'route' && route) await api.patch(route.kind, shop.name, 'merge', { spec: { rules: route.spec.rules } })
    else await api.patch('Service', shop.name, 'merge', { spec: { selector: { ...service.spec.selector, 'pod-template-hash': null } } })
  },
}

/** `kubectl rollout resume`: the native controller goes on with what was held. */
export const resume: ActKind = {
  ...deed,
  often: 1,
  draw: () => ({}),
  async perform(sim, _, shop) {
    sim.loosen(shop.name)
    await sim.apiOf(shop).patch('Deployment', shop.name, 'strategic', { spec: { paused: false } })
  },
}

/** Break-glass: somebody lets the Deployment go, whatever Serin thinks of it. */
export const breakGlass: ActKind = {
  ...deed,
  often: 1.5,
  draw: () => ({}),
  async perform(sim, _, shop) {
    sim.loosen(shop.name)
    const metadata = { annotations: { [releaseAnnotation]: 'simulated' } }
    await sim.apiOf(shop).patch('Deployment', shop.name, 'merge', { metadata, spec: { paused: false } })
  },
}

/** For a time there is a second Rollout for a Deployment, or one for a Deployment that there is not. */
export const twin: ActKind = {
  ...deed,
  often: 1,
  draw: (draw) => ({ ms: draw.whole(500, 10_000), of: draw.pick(['same', 'nothing'] as const) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms, of }, shop) {
    const api = sim.apiOf(shop)
    const name = `twin${sim.number()}`
    const { rollout } = sim.repository.of(shop.name)
    const more: Json = { ...rollout, metadata: { name } }
    if (of === 'nothing') more.spec = { ...more.spec, workload: { name: `${name}none` } }
    await api.create(more)
    sim.later(ms, () => api.delete('Rollout', name))
  },
}
