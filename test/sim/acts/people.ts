import type { ActKind } from './act.ts'

const deed = { what: 'deed', concerns: 'shop' } as const

/** `serin promote` and its like. */
export const command: ActKind = {
  ...deed,
  often: 8,
  draw: (draw) => ({
    action: draw.weighed([
      [4, 'promote'],
      [2, 'promoteFull'],
      [2, 'abort'],
      [1, 'pause'],
      [2, 'resume'],
      [2, 'retry'],
      [2, 'undo'],
      [1, 'restart'],
      [1, 'reject'],
    ]),
    ...(draw.chance(0.2) ? { run: draw.whole(1, 3) } : {}),
  }),
  async perform(sim, { action, run }, shop) {
    await sim.apiOf(shop).create({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'RolloutCommand',
      metadata: { name: `${shop.name}-command-${sim.number()}` },
      spec: { rollout: shop.name, action, ...(run === undefined ? {} : { run }), reason: 'simulated' },
    })
  },
}

/** Flux, Argo CD or `kubectl apply` writes everything again, as it stands in the repository. */
export const applyAgain: ActKind = {
  ...deed,
  often: 5,
  draw: (draw) => ({ times: draw.whole(1, 3) }),
  async perform(sim, { times }, shop) {
    for (let n = 0; n < times; n++) await sim.apply(shop)
  },
}

/** The last commit is taken back, and applied. */
export const revert: ActKind = {
  ...deed,
  often: 3,
  draw: () => ({}),
  async perform(sim, _, shop) {
    if (sim.repository.revert(shop.name) !== undefined) await sim.apply(shop)
  },
}

export const scale: ActKind = {
  ...deed,
  often: 4,
  draw: (draw) => ({
    replicas: draw.weighed([
      [1, 0],
      [6, draw.whole(1, 8)],
    ] as const),
  }),
  async perform(sim, { replicas }, shop) {
    sim.repository.scale(shop.name, replicas)
    await sim.apiOf(shop).patch('Deployment', shop.name, 'merge', { spec: { replicas } }, { subresource: 'scale' })
  },
}

export const editSteps: ActKind = {
  ...deed,
  often: 2,
  fits: ({ rollout }) => rollout.canary?.steps !== undefined,
  draw: (draw) => ({
    steps: Array.from({ length: draw.whole(1, 3) }, () => (draw.chance(0.6) ? { weight: draw.whole(0, 100) } : { pause: { for: '1s' } })),
  }),
  async perform(sim, { steps }, shop) {
    sim.repository.edit(shop.name, (spec) => ({ ...spec, canary: { ...spec.canary, steps } }))
    await sim.apiOf(shop).patch('Rollout', shop.name, 'merge', { spec: { canary: { steps } } })
  },
}

/** `spec.paused` is set, and taken back later. */
export const hold: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({ ms: draw.whole(500, 5_000) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms }, shop) {
    const set = async (paused: boolean) => {
      sim.repository.edit(shop.name, (spec) => ({ ...spec, paused }))
      await sim.apiOf(shop).patch('Rollout', shop.name, 'merge', { spec: { paused } })
    }
    await set(true)
    sim.later(ms, () => set(false))
  },
}

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
