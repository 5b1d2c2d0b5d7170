import { describe, expect, test } from 'vitest'
import type { HistoryEntry, Version } from '../api/rolloutStatus.ts'
import { usualUndo } from './commands.ts'
import type { CommandObject } from './observed.ts'
import { plan } from './plan.ts'
import { at, setObject, world } from './testing/observed.ts'
import { rested, sceneOf } from './testing/run.ts'

test('an undo that names no version goes back to the one before the present one, whatever else was tried', () => {
  const view = world({}).workload
  const { status } = plan(world({}), at)
  if (view === 'missing' || !status.stable) throw new Error('nothing serves')
  const version = (hash: string): Version => ({ ...(status.stable as Version), hash, template: hash })
  const entry = (id: number, [from, to]: [string, string], result: HistoryEntry['result']): HistoryEntry => {
    const when = new Date(at).toISOString()
    return { id, from: version(from), to: version(to), result, because: 'so it was', startedAt: when, endedAt: when }
  }
  const history = [
    entry(4, ['three', 'four'], 'RolledBack'),
    entry(3, ['two', 'three'], 'Promoted'),
    entry(2, ['one', 'two'], 'Promoted'),
    entry(1, ['zero', 'one'], 'Promoted'),
  ]
  const stable = { ...status.stable, ...version('three'), template: view.template }
  expect(usualUndo({ ...status, stable, history }, view)).toBe('two')
  expect(usualUndo({ ...status, stable, history: [] }, view)).toBeUndefined()
})

describe('while what is measured after the switch is waited for', () => {
  const spec = { service: 'web', blueGreen: {}, analysis: { after: { templates: [{ name: 'check' }] } } }
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-two', 'v2', { owner: 'rollout', replicas: 4 }),
  ]
  const asked = (action: CommandObject['spec']['action'], weight: number) => {
    const { run } = sceneOf(world({ spec, image: 'v2', held: true, sets }), {
      run: {
        mode: 'Switch',
        stage: 'Promoting',
        weight: { wanted: 100, actual: weight },
        analysis: { name: 'web-7-after', stage: 'After', phase: 'Inconclusive', message: 'undecided' },
      },
    })
    const command: CommandObject = { metadata: { name: action, namespace: 'shop', uid: action }, spec: { rollout: 'web', action } }
    const { answers, status } = plan(world({ spec, image: 'v2', held: true, sets, status: { ...rested, run }, commands: [command] }), at)
    return [answers[0]?.phase, status.run?.fast]
  }

  test('promote and promoteFull end that', () => {
    expect(asked('promote', 100)).toEqual(['Done', true])
    expect(asked('promoteFull', 100)).toEqual(['Done', true])
  })
  test('promoteFull does so in advance, promote does not', () => {
    expect(asked('promoteFull', 0)).toEqual(['Done', true])
    expect(asked('promote', 0)).toEqual(['Refused', false])
  })
})

test('a version that was refused, and serves since somebody let it go, is not tried again where the workload is always held', () => {
  const { stable } = rested
  if (!stable) throw new Error('nothing serves')
  const because = 'anna aborted it'
  const history = [{ id: 1, from: stable, to: stable, result: 'Aborted' as const, because, startedAt: stable.since, endedAt: stable.since }]
  const command: CommandObject = { metadata: { name: 'retry', namespace: 'shop', uid: 'r' }, spec: { rollout: 'web', action: 'retry' } }
  const { answers, status } = plan(world({ gate: 'paused', held: true, status: { ...rested, history }, commands: [command] }), at)
  expect(answers[0]).toMatchObject({ phase: 'Refused', message: 'no refused version is held: there is nothing to try again' })
  expect(status.run).toBeUndefined()
})

describe('a command that changes the template', () => {
  const asked = (uid: string): CommandObject => ({
    metadata: { name: uid, namespace: 'shop', uid },
    spec: { rollout: 'web', action: 'undo', revision: 'old' },
  })
  const sets = [
    setObject('web-one', 'v1', { owner: 'workload', replicas: 4 }),
    setObject('web-old', 'v0', { owner: 'workload', replicas: 0 }),
  ]
  const o = world({ status: rested, sets, commands: [asked('first'), asked('second')] })
  const { workload } = o
  if (workload === 'missing') throw new Error('no workload')

  test('is taken up alone: the next one is about the workload as it is then', () => {
    const { actions, status } = plan(o, at)
    expect(status.answers.map(({ name }) => name)).toEqual(['first'])
    expect(actions).toHaveLength(1)
    expect(actions).toMatchObject([
      { ops: expect.arrayContaining([expect.objectContaining({ path: '/metadata/annotations/serin.dev~1obeyed' })]) },
    ])
  })
  test('is not obeyed again when its answer was not noted', () => {
    const { status, actions } = plan({ ...o, commands: [asked('first')], workload: { ...workload, obeyed: 'first' } }, at)
    expect(status.answers).toMatchObject([{ name: 'first', phase: 'Done' }])
    expect(actions).toEqual([])
  })
})
