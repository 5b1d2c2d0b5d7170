import { expect, test } from 'vitest'
import { ago, storyNow } from '../../gallery/story.ts'
import { command } from './fixtures/happened.ts'
import { inRun, moving, offer, resting, run } from './fixtures/release.ts'
import { offeredActions } from './offeredActions.ts'
import { arranged, conflictOf, needsReason, refusalOf } from './offers.ts'

const names = (offers: readonly { action: string }[]) => offers.map(({ action }) => action)

test('what makes no sense now is not shown', () => {
  const { buttons, menu } = arranged(inRun, moving)
  expect(names(buttons)).toEqual(['promote', 'pause', 'abort'])
  expect(names(menu)).toEqual(['promoteFull'])
})

test('approve and reject stand in for promote and abort only where there is a vote', () => {
  const offers = [offer('approve'), offer('reject'), offer('promote'), offer('abort'), offer('pause')]
  expect(names(arranged(offers, { run: { ...run, step: { index: 3, kind: 'approve', since: ago(1) } } }).buttons)).toEqual([
    'approve',
    'reject',
    'pause',
  ])
  expect(names(arranged(offers, moving).buttons)).toEqual(['promote', 'pause', 'abort'])
})

test('every possible action is reachable', () => {
  const offers = (['promote', 'promoteFull', 'pause', 'resume', 'abort', 'retry', 'undo', 'restart'] as const).map((action) =>
    offer(action),
  )
  const { buttons, menu } = arranged(offers, moving)
  expect(names([...buttons, ...menu]).toSorted()).toEqual(names(offers).toSorted())
})

test('what one may not do says why', () => {
  expect(refusalOf(offer('promote'), moving, false)).toBeUndefined()
  expect(refusalOf(offer('promote', { allowed: false, because: 'ask sre' }), moving, false)).toBe('ask sre')
  expect(refusalOf(offer('promote', { allowed: false }), moving, false)).toContain(
    'the right to promote rollouts.serin.dev in namespace shop',
  )
  expect(refusalOf(offer('promote'), moving, true)).toContain('read-only')
})

test('what takes a version back needs a reason', () => {
  expect((['abort', 'reject', 'undo'] as const).every(needsReason)).toBe(true)
  expect((['promote', 'pause', 'resume', 'retry', 'approve', 'promoteFull', 'restart'] as const).some(needsReason)).toBe(false)
})

const opened = offer('promote')
const openedAt = storyNow - 20_000
const conflict = (release: Parameters<typeof conflictOf>[2], commands: Parameters<typeof conflictOf>[3] = []) =>
  conflictOf(opened, openedAt, release, commands, storyNow)

test('an offer holds as long as it is aimed at what is there', () => expect(conflict(moving)).toBeUndefined())

test('somebody was faster: who, what, when, and how it is now', () => {
  const release = {
    ...moving,
    run: { ...run, step: { index: 4, kind: 'weight', since: ago(0) } },
    offers: inRun.map((one) => ({ ...one, step: 4 })),
  }
  const faster = command({ action: 'promote', askedAt: ago(0.05), answeredAt: ago(0.05) })
  expect(conflict(release, [command(), faster])).toBe('anna promoted 3 s ago: step is now 5 of 6. Look again before you ask.')
})

test('it went on by itself, or is over', () => {
  const later = { ...moving, run: { ...run, step: { index: 4, kind: 'weight', since: ago(0) } }, offers: [] }
  expect(conflict(later, [command()])).toContain('step is now 5 of 6')
  expect(conflict({ ...resting, last: { id: 12, result: 'RolledBack', because: '', endedAt: ago(0) } })).toContain(
    'run 12 is over (Rolled back)',
  )
})

test('another run or another version is another matter', () => {
  expect(conflict({ ...moving, offers: [offer('promote', { run: 13 })] })).toBeDefined()
  expect(conflict({ ...moving, offers: [offer('promote', { revision: 'else' })] })).toBeDefined()
  expect(conflict({ ...moving, offers: [offer('promote', { possible: false })] })).toBeDefined()
})

test('a refused command of somebody else explains nothing', () => {
  const refused = command({ action: 'abort', phase: 'Refused', askedAt: ago(0.05), answeredAt: ago(0.05) })
  expect(conflict({ ...moving, offers: [] }, [refused])).not.toContain('anna')
})

test('the keyboard opens what can be done, and pause and resume share a key', () => {
  const keys = (offers: typeof inRun) =>
    Object.fromEntries(
      offeredActions({ ...moving, offers }, false, () => {}).flatMap(({ id, keys: chord }) => (chord ? [[id, chord]] : [])),
    )
  expect(keys(inRun)).toEqual({ 'release pause': 'p', 'release abort': 'shift+a' })
  expect(keys([offer('resume')])).toEqual({ 'release resume': 'p' })
})
