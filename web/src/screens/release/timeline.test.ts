import fc from 'fast-check'
import { expect, test } from 'vitest'
import { command, commands, events } from './fixtures/happened.ts'
import { history } from './fixtures/release.ts'
import { everything, filtered, gathered, timelineOf } from './timeline.ts'

test('events, commands and runs are one story, the newest first, with nothing left out or told twice', () => {
  const minute = fc.integer({ min: 0, max: 10_000 }).map((minutes) => new Date(Date.UTC(2026, 2, 1) + minutes * 60_000).toISOString())
  fc.assert(
    fc.property(fc.array(minute), fc.array(minute), fc.array(minute), (ofEvents, ofCommands, ofRuns) => {
      const [event, item] = [events[0], history[0]]
      if (!event || !item) throw new Error('no fixtures')
      const entries = timelineOf({
        events: ofEvents.map((at) => ({ ...event, at })),
        commands: ofCommands.map((askedAt, index) => command({ name: `c${index}`, askedAt })),
        history: ofRuns.map((endedAt, id) => ({ ...item, id, endedAt })),
      })
      expect(entries.map(({ at }) => at)).toEqual([...ofEvents, ...ofCommands, ...ofRuns].toSorted().toReversed())
      expect(new Set(entries.map(({ key }) => key)).size).toBe(entries.length)
    }),
  )
})

test('it can be cut down to some kinds and to trouble', () => {
  const all = timelineOf({ events, commands, history })
  expect(filtered(all, everything)).toEqual(all)
  expect(filtered(all, { kinds: ['command'], troubles: false })).toHaveLength(2)
  expect(filtered(all, { ...everything, troubles: true }).map(({ title }) => title)).toEqual([
    'Unhealthy (3 times)',
    'Run 10: Rolled back',
    'Run 9: Aborted',
  ])
})

test('the same of several pods in a row is one entry; what is about the Rollout itself is not', () => {
  const [, , unhealthy] = events
  if (!unhealthy) throw new Error('no fixtures')
  const pods = ['a', 'b', 'c'].map((name) => ({ ...unhealthy, about: { kind: 'Pod', name } }))
  const steps = ['one', 'two'].map((note) => ({ ...unhealthy, about: { kind: 'Rollout', name: 'web' }, note }))
  const story = gathered(timelineOf({ events: [...pods, ...steps], commands: [], history: [] }))
  expect(story.map(({ more }) => more)).toEqual([2, 0, 0])
})

test('events that repeat why a run ended are told by its entry alone', () => {
  const [event, item] = [events[0], history[0]]
  if (!event || !item) throw new Error('no fixtures')
  const about = { kind: 'Rollout', name: 'web' }
  const at = (seconds: number) => new Date(Date.parse(item.endedAt) + seconds * 1000).toISOString()
  const told = timelineOf({
    events: [
      { ...event, about, note: item.because, at: at(-5) },
      { ...event, about, note: `rolled back: ${item.because}`, at: at(5) },
      { ...event, about, note: item.because, at: at(-3600) },
      { ...event, about, note: 'something else', at: at(5) },
      { ...event, about: { kind: 'Pod', name: 'a' }, note: item.because, at: at(5) },
    ],
    commands: [],
    history: [item],
  })
  expect(told.map(({ kind }) => kind)).toEqual(['event', 'event', 'run', 'event'])
})

test('what became of a command is told by its entry alone; by the event where the command is not known, or not answered yet', () => {
  const [event] = events
  if (!event) throw new Error('no fixtures')
  const answer = (name: string, reason = 'CommandDone') => ({
    ...event,
    about: { kind: 'Rollout', name: 'web' },
    reason,
    note: `${name}: anna paused it (request 5d0f3c1e)`,
  })
  const kindsOf = (asked: Parameters<typeof command>[0][], ...told: (typeof event)[]) =>
    timelineOf({ events: told, commands: asked.map(command), history: [] }).map(({ kind }) => kind)
  expect(kindsOf([{ name: 'web-pause-1' }], answer('web-pause-1'))).toEqual(['command'])
  expect(kindsOf([{ name: 'web-pause-1', phase: 'Refused' }], answer('web-pause-1', 'CommandRefused'))).toEqual(['command'])
  expect(kindsOf([], answer('web-pause-1'))).toEqual(['event'])
  expect(kindsOf([{ name: 'web-pause' }], answer('web-pause-1')).toSorted()).toEqual(['command', 'event'])
  expect(kindsOf([{ name: 'web-pause-1', phase: 'Pending' }], answer('web-pause-1')).toSorted()).toEqual(['command', 'event'])
})

test('who asked is named once, and an unstamped name is not believed', () => {
  const told = (more: Parameters<typeof command>[0]) => timelineOf({ events: [], commands: [command(more)], history: [] })[0]
  expect(told({})).toMatchObject({ text: '“looking at the logs” anna paused it' })
  expect(told({})?.by).toBeUndefined()
  expect(told({ by: undefined, message: '' })?.by).toBe('somebody unverified')
})
