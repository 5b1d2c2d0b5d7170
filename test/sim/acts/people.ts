import type { Json } from '../../cluster/apiClient.ts'
import type { Draw } from '../random.ts'
import { drawSteps, type Shop, seconds } from '../shop.ts'
import type { Sim } from '../sim.ts'
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
      [0.5, 'approve'],
    ]),
    ...(draw.chance(0.2) ? { run: draw.whole(1, 3) } : {}),
    ...(draw.chance(0.1) ? { step: draw.whole(1, 3) } : {}),
  }),
  async perform(sim, { action, run, step }, shop) {
    await sim.apiOf(shop).create({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'RolloutCommand',
      metadata: { name: `${shop.name}-command-${sim.number()}` },
      spec: {
        rollout: shop.name,
        action,
        ...(run === undefined ? {} : { run }),
        ...(step === undefined ? {} : { step }),
        reason: 'simulated',
      },
    })
  },
}

/** Several people say several things at once, or one of them clicks twice. */
export const commands: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({ all: Array.from({ length: draw.whole(2, 4) }, () => command.draw(draw, undefined as never)) }),
  async perform(sim, { all }, shop) {
    await Promise.all(all.map((one: Json) => command.perform(sim, one, shop)))
  },
}

/**
 * The Rollout's spec is changed in the cluster, and, unless it was refused there, in the repository. Not while manifests are applied: what was asked
 * first and comes last would stay.
 */
function edit(sim: Sim, shop: Shop, patch: Json): Promise<void> {
  return sim.inTurn(shop, async () => {
    await sim.apiOf(shop).patch('Rollout', shop.name, 'merge', { spec: patch })
    sim.repository.edit(shop.name, (spec) => merged(spec, patch))
  })
}

function merged(spec: Json, patch: Json): Json {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const all = { ...spec }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete all[key]
    else all[key] = merged(all[key] ?? {}, value)
  }
  return all
}

export const editSteps: ActKind = {
  ...deed,
  often: 2,
  fits: ({ rollout }) => rollout.canary?.steps !== undefined,
  draw: (draw) => ({ steps: drawSteps(draw) }),
  perform: (sim, { steps }, shop) => edit(sim, shop, { canary: { steps } }),
}

/** Some other option is edited in mid-run. */
export const editSpec: ActKind = {
  ...deed,
  often: 2,
  draw: (draw, shop) => ({ patch: draw.pick(edits(draw, shop)) }),
  perform: (sim, { patch }, shop) => edit(sim, shop, patch),
}

function edits(draw: Draw, { mode, rollout }: Shop): Json[] {
  return [
    { keepOld: seconds(draw.whole(0, 5)) },
    { progressDeadline: seconds(draw.whole(2, 20)) },
    { traffic: { drain: seconds(draw.whole(0, 4)), verify: { timeout: seconds(draw.whole(2, 10)), settle: seconds(draw.whole(0, 2)) } } },
    {
      rollback: {
        window: draw.whole(0, 3),
        fast: draw.chance(0.5),
        keepCanaryFor: seconds(draw.whole(0, 4)),
      },
    },
    { historyLimit: draw.whole(0, 4) },
    ...(mode === 'Switch' ? [] : [{ handOver: draw.chance(0.5) ? null : { at: draw.pick([1, 60]) } }]),
    ...(rollout.canary && !rollout.analysis ? [{ canary: { steps: null, ramp: { weights: [20, 60], interval: '1s' } } }] : []),
    ...(rollout.analysis?.templates && !hasBareAnalyze(rollout) ? [{ analysis: null }] : []),
  ]
}

const hasBareAnalyze = ({ canary }: Json): boolean => (canary?.steps ?? []).some(({ analyze }: Json) => analyze && !analyze.templates)

/** `spec.paused` is set, and taken back later. */
export const hold: ActKind = {
  ...deed,
  often: 2,
  draw: (draw) => ({ ms: draw.whole(500, 5_000) }),
  lasts: ({ ms }) => ms,
  async perform(sim, { ms }, shop) {
    await edit(sim, shop, { paused: true })
    sim.later(ms, () => edit(sim, shop, { paused: false }))
  },
}
