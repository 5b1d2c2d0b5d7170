import { expect, test } from 'vitest'
import { iso } from '../api/fields.ts'
import type { KubeObject } from '../kube/types.ts'
import { outlived } from './ledger.ts'
import { told } from './testing/told.ts'

const now = Date.UTC(2026, 0, 10)
const hourMs = 3_600_000
function notification(phase: 'Pending' | 'Sent' | 'Dead', ageMs: number, more: Parameters<typeof told>[0] = {}): KubeObject {
  const status = { phase, message: '', at: iso(now - ageMs) }
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Notification',
    metadata: { name: 'a', namespace: 'shop' },
    spec: told({ opens: false, ...more }).spec,
    status,
  }
}

test('what is on its way stays; what arrived goes after six hours, what was given up after a week', () => {
  expect(outlived(notification('Pending', 30 * 24 * hourMs), [], true, now)).toBe(false)
  expect(outlived(notification('Sent', 6 * hourMs - 1), [], true, now)).toBe(false)
  expect(outlived(notification('Sent', 6 * hourMs), [], true, now)).toBe(true)
  expect(outlived(notification('Dead', 6 * 24 * hourMs), [], true, now)).toBe(false)
  expect(outlived(notification('Dead', 7 * 24 * hourMs), [], true, now)).toBe(true)
})

test('a problem stays until its end was told to the same Notifier, and its end until the problem is forgotten', () => {
  const problem = notification('Sent', 100 * hourMs, { opens: true, id: 'u/1/RolledBack' })
  const end = notification('Sent', 50 * hourMs, { event: 'Recovered', id: 'u/1/RolledBack/Recovered', ends: 'u/1/RolledBack' })
  const elsewhere = notification('Sent', 50 * hourMs, { ends: 'u/1/RolledBack', notifier: { kind: 'Notifier', name: 'b', uid: 'other' } })
  expect(outlived(problem, [problem], true, now)).toBe(false)
  expect(outlived(problem, [problem, elsewhere], true, now)).toBe(false)
  expect(outlived(problem, [problem, end], true, now)).toBe(true)
  expect(outlived(problem, [problem], false, now)).toBe(true)
  expect(outlived(end, [problem, end], true, now)).toBe(false)
  expect(outlived(end, [end], true, now)).toBe(true)
})
