import { expect, test } from 'vitest'
import { announcer } from './announcer.ts'

function stage() {
  let now = 0
  const due: { at: number; then: () => void }[] = []
  const said: string[] = []
  const speaker = announcer({ now: () => now, wait: (ms, then) => void due.push({ at: now + ms, then }) })
  speaker.listen((kind, text) => said.push(`${now} ${kind} ${text}`))
  const advance = (to: number) => {
    now = to
    for (const one of due.splice(0).filter((one) => one.at <= now || !due.push(one))) one.then()
  }
  return { speaker, said, advance }
}

test('polite messages are five seconds apart; those in between become one', () => {
  const { speaker, said, advance } = stage()
  speaker.say('web moved')
  advance(1000)
  speaker.say('cart moved')
  speaker.say('mail moved')
  advance(4000)
  expect(said).toEqual(['0 polite web moved'])
  advance(5000)
  expect(said).toEqual(['0 polite web moved', '5000 polite cart moved. mail moved'])
})

test('a flood is cut to the newest and a number', () => {
  const { speaker, said, advance } = stage()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) speaker.say(name)
  advance(5000)
  expect(said.at(-1)).toBe('5000 polite d. e. f. 2 more')
})

test('failures do not wait', () => {
  const { speaker, said } = stage()
  speaker.say('web moved')
  speaker.sayNow('refused')
  expect(said).toEqual(['0 polite web moved', '0 assertive refused'])
})
