import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RolloutSpec } from '../../api/rollout.ts'
import { RolloutStatus } from '../../api/rolloutStatus.ts'
import { plan } from '../../rollout/plan.ts'
import { at, setObject, world } from '../../rollout/testing/observed.ts'
import { offersOf } from './offers.ts'
import type { RolloutSeen } from './seen.ts'

const time = new Date(at).toISOString()
const template = (o: ReturnType<typeof world>) => (o.workload === 'missing' ? '' : o.workload.template)
const hashes = { v1: template(world({})), v2: template(world({ image: 'v2' })), v3: template(world({ image: 'v3' })) }
type Image = keyof typeof hashes
const version = (image: Image) => ({
  hash: { v1: 'one', v2: 'two', v3: 'three' }[image],
  template: hashes[image],
  set: { v1: 'web-one', v2: 'web-two', v3: 'web-three' }[image],
  images: [`demo:${image}`],
})

/** Any status that a controller may have written, in any world around it. */
const worlds = fc
  .record({
    image: fc.constantFrom<Image>('v1', 'v2', 'v3'),
    held: fc.boolean(),
    run: fc.option(
      fc.record({
        id: fc.constantFrom(3, 4),
        stage: fc.constantFrom('Starting' as const, 'Stepping' as const, 'Promoting' as const, 'RollingBack' as const),
        index: fc.integer({ min: 0, max: 4 }),
        paused: fc.boolean(),
        fast: fc.boolean(),
        to: fc.constantFrom<Image>('v2', 'v3'),
        mode: fc.constantFrom('Routes' as const, 'Pods' as const, 'Switch' as const),
      }),
      { nil: undefined },
    ),
    stable: fc.constantFrom<Image>('v1', 'v2'),
    kept: fc.option(fc.constantFrom<Image>('v1', 'v2'), { nil: undefined }),
    refused: fc.option(fc.constantFrom<Image>('v2', 'v3'), { nil: undefined }),
    history: fc.array(
      fc.record({
        from: fc.constantFrom<Image>('v1', 'v2', 'v3'),
        to: fc.constantFrom<Image>('v1', 'v2', 'v3'),
        result: fc.constantFrom('Promoted', 'RolledBack', 'Aborted', 'Superseded'),
      }),
      { maxLength: 3 },
    ),
    sets: fc.subarray<Image>(['v1', 'v2', 'v3']),
    owner: fc.constantFrom('workload' as const, 'rollout' as const),
    specPaused: fc.boolean(),
  })
  .map(({ image, held, run, stable, kept, refused, history, sets, owner, specPaused }) => {
    const spec = { canary: { steps: [{ weight: 20 }, { pause: {} }, { weight: 50 }, { pause: { for: '5m' } }] }, paused: specPaused }
    const kinds = ['weight', 'pause', 'weight', 'pause']
    const status = RolloutStatus.parse({
      phase: 'Progressing',
      message: '',
      stable: { ...version(stable), since: time },
      ...(run
        ? {
            run: {
              id: run.id,
              startedAt: time,
              trigger: 'Template',
              from: version(stable),
              to: version(run.to),
              mode: run.mode,
              fast: run.fast,
              spec: RolloutSpec.parse({ workload: { name: 'web' }, ...spec }),
              stage: run.stage,
              stageSince: time,
              steps: 4,
              ...(run.stage === 'Stepping' && run.index < 4 ? { step: { index: run.index, kind: kinds[run.index], since: time } } : {}),
              ...(run.paused ? { paused: { since: time, by: 'anna' } } : {}),
            },
          }
        : {}),
      ...(kept ? { kept: { version: version(kept), until: time, from: 2, routed: true } } : {}),
      ...(refused ? { refused: { template: hashes[refused], because: 'harm', result: 'RolledBack' } } : {}),
      history: history.map(({ from, to, result }, n) => ({
        id: 2 - n,
        from: version(from),
        to: version(to),
        result,
        because: '',
        startedAt: time,
        endedAt: time,
      })),
      lastRun: run?.id ?? 2,
    })
    const objects = sets.map((one, n) => setObject(version(one).set, one, { owner: n === 0 ? owner : 'workload', replicas: 2 }))
    return { spec, status, image, held, sets: objects }
  })

test('property: the controller does what is offered as possible, aimed as it says, and refuses the rest', () => {
  let possible = 0
  fc.assert(
    fc.property(worlds, (of) => {
      const o = world(of)
      if (o.workload === 'missing') throw new Error('no workload')
      const rollout: RolloutSeen = {
        metadata: o.rollout.metadata,
        spec: o.rollout.spec,
        status: of.status,
        object: { apiVersion: '', kind: 'Rollout', metadata: o.rollout.metadata },
      }
      for (const { action, possible: may, because, effect, run, step, revision, versions = [] } of offersOf({
        rollout,
        workload: o.workload.object,
        sets: of.sets,
        now: at,
      })) {
        const answerTo = (aim: object) => {
          const command = { metadata: { name: 'c', namespace: 'shop', uid: 'c' }, spec: { rollout: 'web', action, ...aim } }
          const commands = [command] as typeof o.commands
          return plan({ ...o, commands }, at).answers[0]
        }
        const aim = {
          ...(run === undefined ? {} : { run }),
          ...(step === undefined ? {} : { step }),
          ...(revision === undefined ? {} : { revision }),
        }
        expect(`${action} ${answerTo(aim)?.phase}`).toBe(`${action} ${may ? 'Done' : 'Refused'}`)
        for (const { hash } of versions) expect(answerTo({ revision: hash })?.phase).toBe('Done')
        expect(because === undefined).toBe(may)
        expect(effect).toMatch(/^[A-Z].*\.$/)
        if (may) possible++
      }
    }),
    { numRuns: 300 },
  )
  expect(possible).toBeGreaterThan(300)
})

test('where the controller would not even answer nothing is possible, and it is said why', () => {
  const o = world({})
  if (o.workload === 'missing') throw new Error('no workload')
  const stalled = {
    type: 'Stalled',
    status: 'True',
    reason: 'WorkloadTaken',
    message: 'Deployment web is guarded by Rollout old',
    lastTransitionTime: time,
  }
  const status = RolloutStatus.parse({ phase: 'Degraded', message: '', stable: { ...version('v1'), since: time }, conditions: [stalled] })
  const seen = (more: Partial<RolloutSeen>): RolloutSeen => ({
    metadata: o.rollout.metadata,
    spec: o.rollout.spec,
    object: o.workload as never,
    ...more,
  })
  const why = (rollout: RolloutSeen, workload = o.workload === 'missing' ? undefined : o.workload.object) =>
    new Set(offersOf({ rollout, workload, sets: [], now: at }).map(({ possible, because }) => `${possible} ${because}`))
  expect(why(seen({ status }))).toEqual(new Set(['false Deployment web is guarded by Rollout old.']))
  expect(why(seen({}))).toEqual(new Set(['false The controller has not looked at it yet.']))
  expect(offersOf({ rollout: seen({ status }), workload: undefined, sets: [], now: at })[0]?.because).toBe('Deployment web does not exist.')
  expect(why(seen({ status, metadata: { ...o.rollout.metadata, deletionTimestamp: time } }))).toEqual(
    new Set(['false The Rollout is being deleted.']),
  )
})
