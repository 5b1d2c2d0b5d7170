import { expect, test } from 'vitest'
import type { HistoryEntry, Version } from '../api/rolloutStatus.ts'
import { usualUndo } from './commands.ts'
import { plan } from './plan.ts'
import { at, world } from './testing/observed.ts'

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
