import { describe, expect, test } from 'vitest'
import type { CommandObject } from './observed.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'

/** A Rollout that has seen its v1 and is at rest. */
const rested = plan(world({}), at).status
const steps = { canary: { steps: [{ weight: 25 }, { pause: {} }] } }
const verbs = (of: ReturnType<typeof plan>) =>
  of.actions.map(
    (action) => `${action.verb} ${action.verb === 'create' || action.verb === 'apply' ? action.object.kind : action.target.kind}`,
  )

const command = (action: CommandObject['spec']['action'], more: Partial<CommandObject['spec']> = {}): CommandObject => ({
  metadata: { name: `${action}-1`, namespace: 'shop', uid: `${action}-uid` },
  spec: { rollout: 'web', action, requestedBy: { username: 'anna' }, ...more },
})

describe('a Rollout at rest', () => {
  test('learns its stable version from the set that serves', () => {
    expect(rested.phase).toBe('Healthy')
    expect(rested.stable).toMatchObject({ set: 'web-one', hash: 'one', images: ['demo:v1'] })
  })
  test('does nothing, and looks no sooner than something changes', () => {
    const again = plan(world({ status: rested }), at + 60_000)
    expect(again.actions).toEqual([])
    expect(again.recheckAt).toBeUndefined()
    expect(again.status).toEqual(rested)
  })
  test('lets go at once what is held without a change', () => {
    const { actions } = plan(world({ status: rested, held: true }), at)
    expect(actions).toMatchObject([
      {
        verb: 'patch',
        target: { kind: 'Deployment' },
        ops: [
          { op: 'test', path: '/metadata/generation', value: 2 },
          { op: 'replace', path: '/spec/paused', value: false },
        ],
      },
    ])
  })
})

describe('taking hold of a Service', () => {
  const own = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '5' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  }
  const blueGreen = { service: 'web', blueGreen: {} }
  const pinOf = (of: ReturnType<typeof plan>) =>
    of.actions.find(({ verb, because }) => verb === 'patch' && because.includes('stays on version'))
  const begun = plan({ ...world({ spec: blueGreen, status: rested, image: 'v2', held: true }), service: own }, at)

  test('that was deleted in mid-run: it is looked for every second, and nothing is written', () => {
    const gone = (status: typeof rested) => ({
      ...world({ spec: blueGreen, status, image: 'v2', held: true }),
      service: 'missing' as const,
    })
    const first = plan(gone(begun.status), at)
    expect(first.status.run?.waiting).toMatchObject({ for: 'Service web to be made again', until: '2026-01-01T00:10:00.000Z' })
    const next = plan(gone(first.status), at + 1_000)
    expect([first.recheckAt, next.recheckAt]).toEqual([at + 1_000, at + 2_000])
    expect(next.status).toEqual(first.status)
    expect(plan(gone(next.status), at + 600_000).status.run?.outcome?.because).toBe('Service web is gone')
  })

  test('is fenced: a leader that is behind would take it for a run that is over', () => {
    expect(pinOf(begun)).toMatchObject({ target: { kind: 'Service', name: 'web' }, fenced: true })
  })
  test('is fenced while the run holds it, too: the pin moves everybody', () => {
    const held = { ...own, metadata: { ...own.metadata, labels: { 'serin.dev/run': '1', 'serin.dev/rollout': 'web' } } }
    const again = plan({ ...world({ spec: blueGreen, status: begun.status, image: 'v2', held: true }), service: held }, at)
    expect(pinOf(again)).toMatchObject({ target: { kind: 'Service', name: 'web' }, fenced: true })
  })
})

describe('a changed template', () => {
  const changed = world({ spec: steps, status: rested, image: 'v2', held: true })

  test('begins a run that is written down before anything is made', () => {
    const begun = plan(changed, at)
    expect(begun.statusFirst).toBe(true)
    expect(begun.status.run).toMatchObject({ id: 1, trigger: 'Template', mode: 'Pods', stage: 'Starting', to: { images: ['demo:v2'] } })
    expect(verbs(begun)).toEqual(['apply Rollout', 'create ReplicaSet'])
    expect(begun.events.map(({ reason }) => reason)).toContain('RunStarted')
  })
  test('starts a set that the Deployment cannot adopt, with the hash in its selector', () => {
    const made = plan(changed, at).actions.find(({ verb }) => verb === 'create')
    if (made?.verb !== 'create') throw new Error('no set was made')
    expect(made.object.metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'Rollout', controller: true, blockOwnerDeletion: false }),
    ])
    const { selector, template, replicas } = made.object.spec as {
      selector: { matchLabels: object }
      template: { metadata: { labels: object } }
      replicas: number
    }
    expect(selector.matchLabels).toEqual(template.metadata.labels)
    expect(replicas).toBe(1)
  })
  test('uses an older set of an equal template instead of a second one', () => {
    const old = setObject('web-old', 'v2', { owner: 'workload', replicas: 0 })
    const { status, actions } = plan(
      world({
        spec: steps,
        status: rested,
        image: 'v2',
        held: true,
        sets: [setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }), old],
      }),
      at,
    )
    expect(status.run?.to.set).toBe('web-old')
    expect(actions.filter(({ verb }) => verb === 'create')).toEqual([])
  })
  test('is written about once in a plan that begins its run and its first step', () => {
    const sets = [
      setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
      setObject('web-old', 'v2', { owner: 'rollout', replicas: 0 }),
    ]
    const begun = plan(world({ spec: steps, status: rested, image: 'v2', held: true, sets }), at)
    expect(begun.status.run?.stage).toBe('Stepping')
    expect(verbs(begun)).toEqual(['apply Rollout', 'patch ReplicaSet'])
  })
  test('goes in unjudged when nothing serves', () => {
    const empty = plan(world({ spec: steps, status: rested, image: 'v2', held: true, replicas: 0 }), at)
    expect(empty.status.run).toBeUndefined()
    expect(verbs(empty)).toEqual(['patch Deployment'])
  })
  test('waits while spec.paused', () => {
    const paused = plan(world({ spec: { ...steps, paused: true }, status: rested, image: 'v2', held: true }), at)
    expect(paused.status).toMatchObject({ phase: 'Paused' })
    expect(paused.actions).toEqual([])
  })
})

describe('a version that was aborted, and comes again after another was promoted', () => {
  const again = world({ image: 'v2', held: true })
  if (again.workload === 'missing' || !rested.stable) throw new Error('no workload')
  const [from, to] = [rested.stable, { ...rested.stable, hash: 'two', set: 'web-two', template: again.workload.template }]
  const entry = { from, startedAt: from.since, endedAt: from.since }
  const history = [
    { ...entry, id: 2, to: from, result: 'Promoted' as const, because: 'every step was passed' },
    { ...entry, id: 1, to, result: 'Aborted' as const, because: 'anna aborted it' },
  ]
  const status = { ...rested, history, lastRun: 2 }

  test('is held, and the status says by what it was refused', () => {
    const held = plan({ ...again, rollout: { ...again.rollout, status } }, at)
    expect(held.actions).toEqual([])
    expect(held.status).toMatchObject({
      phase: 'Degraded',
      refused: { template: to.template, because: 'anna aborted it', result: 'Aborted' },
    })
  })
  test('is tried again by a command', () => {
    const tried = plan({ ...again, rollout: { ...again.rollout, status }, commands: [command('retry')] }, at)
    expect(tried.answers).toEqual([expect.objectContaining({ phase: 'Done' })])
    expect(tried.status.run).toMatchObject({ id: 3, trigger: 'Retry', to: { images: ['demo:v2'] } })
  })
})

describe('a run', () => {
  const begun = plan(world({ spec: steps, status: rested, image: 'v2', held: true }), at).status
  const set = begun.run?.to.set ?? ''
  const stable = setObject('web-one', 'v1', { owner: 'workload', replicas: 4 })
  const during = (available: number, more: object = {}) =>
    world({
      spec: steps,
      status: begun,
      image: 'v2',
      held: true,
      sets: [stable, setObject(set, 'v2', { owner: 'rollout', replicas: 1, available })],
      ...more,
    })

  test('always says what it waits for', () => {
    expect(plan(during(0), at).status.run?.waiting?.for).toMatch(/1 pod of the new version/)
    expect(plan(during(1), at).status.run?.waiting?.for).toMatch(/somebody to promote/)
  })
  test('is rolled back when its pods do not come within the deadline', () => {
    const waiting = plan(during(0), at).status
    const late = plan(during(0, { status: waiting }), at + 11 * 60_000)
    expect(late.status.run).toMatchObject({ stage: 'RollingBack', outcome: { result: 'RolledBack' } })
    expect(late.statusFirst).toBe(true)
  })
  test('does not let the workload go before the native controller counts the new pods as its own', () => {
    const promoting = { ...begun, run: begun.run && { ...begun.run, stage: 'Promoting' as const } }
    const sets = [setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 }), setObject(set, 'v2', { owner: 'workload', replicas: 4 })]
    const handedOver = plan(during(4, { status: promoting, sets }), at)
    expect(handedOver.status.run?.waiting?.for).toBe(`the native controller to see ReplicaSet ${set} as its own`)
    expect(verbs(handedOver)).not.toContain('patch Deployment')
  })
  test('is handed over behind a fence: a leader that is behind would hand over what was refused meanwhile, or what somebody let go', () => {
    const status = { ...begun, run: begun.run && { ...begun.run, stage: 'Promoting' as const } }
    const swap = (owner: 'workload' | 'rollout') => {
      const sets = [setObject('web-one', 'v1', { owner, replicas: 4 }), setObject(set, 'v2', { owner: 'rollout', replicas: 4 })]
      return plan(during(4, { status, sets }), at).actions.flatMap((action) =>
        action.verb === 'patch' && action.target.kind === 'ReplicaSet'
          ? [`${action.target.name} ${action.fenced} ${action.presumes?.generation}`]
          : [],
      )
    }
    expect(swap('workload')).toEqual(['web-one true 2', `${set} false undefined`])
    expect(swap('rollout')).toEqual([`${set} true 2`])
  })
  test('is handed over cheaply at handOver.at, but not with strategy Recreate, which would end all pods first', () => {
    const spec = { ...steps, handOver: { at: 25 }, allowOverlap: true }
    const promoting = (strategy?: 'Recreate') => {
      const run = begun.run && { ...begun.run, stage: 'Promoting' as const, spec: world({ spec }).rollout.spec as never }
      return plan(during(1, { spec, status: { ...begun, run }, ...(strategy ? { strategy } : {}) }), at)
    }
    expect(verbs(promoting())).toContain('patch Deployment')
    const slow = promoting('Recreate')
    expect(slow.status.run?.waiting?.for).toMatch(/^4 pods of the new version/)
    expect(verbs(slow)).not.toContain('patch Deployment')
  })
  test('whose set somebody deletes before a cheap hand-over makes it again', () => {
    const spec = { ...steps, handOver: { at: 25 } }
    const run = begun.run && { ...begun.run, stage: 'Promoting' as const, spec: world({ spec }).rollout.spec as never }
    expect(verbs(plan(during(0, { spec, status: { ...begun, run }, sets: [stable] }), at))).toContain('create ReplicaSet')
  })
  test('that is larger than the workload is made smaller before it is handed over cheaply', () => {
    const spec = { ...steps, handOver: { at: 25 } }
    const run = begun.run && { ...begun.run, stage: 'Promoting' as const, spec: world({ spec }).rollout.spec as never }
    const sets = [stable, setObject(set, 'v2', { owner: 'rollout', replicas: 6 })]
    const { status, actions } = plan(during(6, { spec, status: { ...begun, run }, sets }), at)
    expect(status.run?.waiting?.for).toBe('the new version to have 4 pods only')
    expect(actions.slice(1)).toMatchObject([
      { target: { name: set }, ops: expect.arrayContaining([{ op: 'replace', path: '/spec/replicas', value: 4 }]), fenced: true },
    ])
  })
  test('gives way to a newer template', () => {
    expect(plan(during(1, { image: 'v3' }), at).status.run?.outcome).toMatchObject({
      result: 'Superseded',
      because: 'a newer template came',
    })
  })
  test('is given up when somebody lets the workload go by hand', () => {
    const turned = plan(during(1, { held: false }), at)
    expect(turned.actions.map(({ verb }) => verb)).toContain('delete')
    const { status } = plan(during(1, { held: false, status: turned.status }), at)
    expect(status.history[0]).toMatchObject({ result: 'Superseded', because: expect.stringContaining('let go by hand') })
  })
  test('that turns round is written down so before anything is put back, also when nothing is waited for: a leader that was overtaken puts nothing back', () => {
    const turned = plan(during(1, { held: false }), at)
    expect(turned.status.run).toMatchObject({ stage: 'RollingBack', outcome: { result: 'Superseded' } })
    expect([turned.statusFirst, turned.recheckAt]).toEqual([true, at])
    expect(plan(during(1, { commands: [command('abort')] }), at).statusFirst).toBe(true)
  })
  test('whose set somebody deletes after the hand-over is given up for that, and not as if the workload was let go by hand', () => {
    const promoting = { ...begun, run: begun.run && { ...begun.run, stage: 'Promoting' as const } }
    const sets = [setObject('web-one', 'v1', { owner: 'rollout', replicas: 4 })]
    const { status } = plan(during(4, { status: promoting, held: false, sets }), at)
    const because = `ReplicaSet ${set} was deleted in the hand-over: the native controller makes its pods anew`
    expect(status.run?.outcome).toMatchObject({ result: 'Superseded', because })
  })
  test('obeys a command once, and keeps the answer until the command shows it', () => {
    const paused = plan(during(1), at).status
    const promoted = plan(during(1, { status: paused, commands: [command('promote', { run: 1, step: 1 })] }), at + 1000)
    expect(promoted.status.run?.stage).toBe('Promoting')
    expect(promoted.answers).toEqual([expect.objectContaining({ name: 'promote-1', phase: 'Done' })])
    const again = plan(during(1, { status: promoted.status, commands: [command('promote', { run: 1, step: 1 })] }), at + 1000)
    expect(again.answers).toHaveLength(1)
    const answered = plan(during(1, { status: promoted.status }), at + 1000)
    expect(answered.answers).toEqual([])
  })
  test('keeps the id of the request that a command was made by, but nothing else that somebody may have written there', () => {
    const asked = (action: CommandObject['spec']['action'], id: string): CommandObject => {
      const { metadata, spec } = command(action)
      return { metadata: { ...metadata, annotations: { 'serin.dev/request-id': id } }, spec }
    }
    const { status } = plan(during(1), at)
    const paused = plan(during(1, { status, commands: [asked('pause', 'r-1')] }), at)
    expect(paused.status.run?.paused).toMatchObject({ by: expect.stringContaining('anna'), requestId: 'r-1' })
    expect(paused.events.map(({ message }) => message)).toContainEqual(expect.stringMatching(/paused it \(request r-1\)$/))
    expect(plan(during(1, { status, commands: [asked('abort', 'r-2')] }), at).status.run?.outcome).toMatchObject({ requestId: 'r-2' })
    const forged = plan(during(1, { status, commands: [asked('pause', 'r-1) <img src=x>')] }), at)
    expect(forged.status.run?.paused).not.toHaveProperty('requestId')
    expect(forged.events.map(({ message }) => message).join()).not.toContain('img')
  })
  test('refuses a command aimed at another run or step', () => {
    const paused = plan(during(1), at).status
    for (const aimed of [{ run: 7 }, { run: 1, step: 0 }, { revision: 'zzz' }]) {
      const { answers, status } = plan(during(1, { status: paused, commands: [command('promote', aimed)] }), at)
      expect(answers).toEqual([expect.objectContaining({ phase: 'Refused', message: expect.stringMatching(/it was aimed at/) })])
      expect(status.run?.stage).toBe('Stepping')
    }
  })
  test('stands still while paused, and its timers with it', () => {
    const timed = { canary: { steps: [{ weight: 25 }, { pause: { for: '10m' } }] } }
    const run = {
      ...begun,
      run: begun.run && { ...begun.run, spec: world({ spec: timed }).rollout.spec as unknown as Record<string, unknown> },
    }
    const of = (status: typeof begun, commands: CommandObject[] = []) => during(1, { spec: timed, status, commands })
    const waiting = plan(of(run), at)
    expect(waiting.recheckAt).toBe(at + 600_000)
    const stopped = plan(of(waiting.status, [command('pause')]), at + 60_000).status
    expect(stopped.phase).toBe('Paused')
    expect(plan(of(stopped), at + 3_600_000).status.run?.stage).toBe('Stepping')
    const resumed = plan(of(stopped, [command('resume')]), at + 3_660_000)
    expect(resumed.recheckAt).toBe(at + 3_600_000 + 600_000)
  })
  test('that is paused takes no step that somebody promotes', () => {
    const waiting = plan(during(1), at).status
    const paused = plan(during(1, { status: waiting, commands: [command('pause')] }), at).status
    for (const [held, why] of [
      [{ status: paused }, /^anna.* paused it: serin resume web$/],
      [{ status: waiting, spec: { ...steps, paused: true } }, /^spec.paused of the Rollout is true$/],
    ] as const) {
      const { answers, status } = plan(during(1, { ...held, commands: [command('promote')] }), at)
      expect(answers).toEqual([expect.objectContaining({ phase: 'Refused', message: expect.stringMatching(why) })])
      expect(status).toMatchObject({ phase: 'Paused', run: { stage: 'Stepping', step: { index: 1 } } })
    }
  })
})

test('a command to a Rollout whose workload is gone is refused, and says why', () => {
  const gone = { ...world({ status: rested, commands: [command('promote')] }), workload: 'missing' as const }
  const { answers, status } = plan(gone, at)
  expect(answers).toEqual([expect.objectContaining({ phase: 'Refused', message: expect.stringMatching(/^Deployment web does not exist/) })])
  const again = plan({ ...gone, rollout: { ...gone.rollout, status } }, at)
  expect(again.status.answers).toEqual(status.answers)
  expect(plan({ ...gone, rollout: { ...gone.rollout, status }, commands: [] }, at).status.answers).toEqual([])
})

test('a workload that was deleted and made anew while nobody looked: what a run left goes, and what serves now is learned', () => {
  if (!rested.stable) throw new Error('nothing serves')
  const ofOlder = { ...rested, stable: { ...rested.stable, workload: 'older-uid' } }
  const { run } = plan(world({ spec: steps, status: rested, image: 'v2', held: true }), at).status
  const canary = setObject('web-two', 'v2', { owner: 'rollout', replicas: 1 })
  const found = plan(world({ spec: steps, status: { ...ofOlder, ...(run ? { run } : {}) }, image: 'v2', sets: [canary] }), at)
  expect(found.status.run ?? found.status.stable).toBeUndefined()
  expect(verbs(found)).toContain('delete ReplicaSet')
  const sets = [setObject('web-again', 'v2', { owner: 'workload', replicas: 4 })]
  expect(plan(world({ status: found.status, image: 'v2', sets }), at).status.stable).toMatchObject({
    set: 'web-again',
    workload: 'deployment-uid',
  })
})

test('two Rollouts on one workload: the younger does nothing and says why', () => {
  const { status, actions } = plan({ ...world({ image: 'v2', held: true }), takenBy: 'older' }, at)
  expect(actions).toEqual([])
  expect(status.conditions[0]).toMatchObject({
    type: 'Ready',
    status: 'False',
    reason: 'WorkloadTaken',
    message: expect.stringContaining('older'),
  })
})

test('a command to a Rollout whose workload another one guards is refused, and says why', () => {
  const { answers, status } = plan({ ...world({ status: rested, commands: [command('promote')] }), takenBy: 'older' }, at)
  expect(answers).toEqual([expect.objectContaining({ phase: 'Refused', message: expect.stringContaining('is guarded by Rollout older') })])
  expect(status.answers).toHaveLength(1)
})

test('a policy that does not exempt us: nothing is touched, and commands are left to whose gate it is', () => {
  const { status, actions, answers } = plan(
    world({ gate: { notOurs: 'the policies exempt somebody else' }, commands: [command('promote')] }),
    at,
  )
  expect(actions).toEqual([])
  expect(answers).toEqual([])
  expect(status.conditions[0]).toMatchObject({ reason: 'GateNotOurs' })
})

test('a plan takes less than 0.2 ms', () => {
  const o = world({ spec: steps, status: rested, image: 'v2', held: true })
  const batch = 200
  const milliseconds = Array.from({ length: 25 }, () => {
    const began = process.hrtime.bigint()
    for (let i = 0; i < batch; i++) plan(o, at)
    return Number(process.hrtime.bigint() - began) / 1e6 / batch
  })
  // The quickest batch: what others on the machine take is not the plan's.
  expect(Math.min(...milliseconds)).toBeLessThan(0.2)
})
