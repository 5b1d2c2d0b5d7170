import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Asking, asked, type Happened, requestFor } from './asking.ts'
import { command } from './fixtures/happened.ts'
import { offer } from './fixtures/release.ts'

const pending = command({ name: 'one', phase: 'Pending', message: '' })

test('from the click to the answer', () => {
  const story: Happened[] = [
    { what: 'chosen', offer: offer('pause'), at: 1 },
    { what: 'sent' },
    { what: 'accepted', command: pending, at: 2 },
    { what: 'told', command: pending },
    { what: 'told', command: { ...pending, phase: 'Done', message: 'anna paused it' } },
  ]
  let now: Asking = { state: 'idle' }
  const states = story.map((happened) => {
    now = asked(now, happened)
    return now.state
  })
  expect(states).toEqual(['open', 'sending', 'following', 'following', 'answered'])
})

test('what fails keeps the dialog open with what was written', () => {
  const sending: Asking = { state: 'sending', offer: offer('abort'), openedAt: 5 }
  expect(asked(sending, { what: 'failed', error: 'no' })).toEqual({ state: 'open', offer: offer('abort'), openedAt: 5, error: 'no' })
})

test('nothing is sent twice, and a late answer never reopens what was put away', () => {
  const happened = fc.oneof(
    fc.constant<Happened>({ what: 'chosen', offer: offer('pause'), at: 1 }),
    fc.constant<Happened>({ what: 'closed' }),
    fc.constant<Happened>({ what: 'sent' }),
    fc.constant<Happened>({ what: 'failed', error: 'no' }),
    fc.constant<Happened>({ what: 'accepted', command: pending, at: 2 }),
    fc.constantFrom('one', 'two').map((name): Happened => ({ what: 'told', command: command({ name }) })),
  )
  fc.assert(
    fc.property(fc.array(happened, { maxLength: 30 }), (story) => {
      let now: Asking = { state: 'idle' }
      for (const what of story) {
        const next = asked(now, what)
        if (next.state === 'sending' && now.state !== 'sending') expect(now.state).toBe('open')
        if (next.state === 'following' && now.state !== 'following') expect(now.state).toBe('sending')
        if (next.state === 'answered' && now.state !== 'answered') expect(['sending', 'following']).toContain(now.state)
        now = next
      }
    }),
  )
})

test('a request is aimed at what was shown; an undo at the version that was chosen', () => {
  expect(requestFor(offer('promote'), '')).toEqual({ action: 'promote', run: 12, step: 3, revision: '5d91aa7c4f' })
  const undo = offer('undo', { run: undefined, step: undefined, revision: undefined })
  expect(requestFor(undo, 'it leaks', '6c8f2c9d7b')).toEqual({ action: 'undo', revision: '6c8f2c9d7b', reason: 'it leaks' })
})
