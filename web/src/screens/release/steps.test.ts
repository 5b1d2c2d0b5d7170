import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ClockProvider } from '../../parts/Time.tsx'
import { stepsAt } from './fixtures/release.ts'
import { Steps } from './Steps.tsx'

function shown(now: number | undefined): string {
  const steps = createElement(Steps, { steps: stepsAt(now), underWay: now !== undefined })
  // biome-ignore lint/correctness/noChildrenProp: the types want it there
  const markup = renderToStaticMarkup(createElement(ClockProvider, { now: 0, zone: 'utc', children: steps }))
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}

test('in a run each step says how far it is', () => {
  const text = shown(1)
  expect(text.match(/ (done|now|next) /g)?.map((word) => word.trim())).toEqual(['done', 'now', 'next', 'next', 'next', 'next'])
  expect(text).toContain('Steps 1. 5 % of the traffic')
})

test('between runs the heading says whose steps they are, and no step says anything of itself', () => {
  const text = shown(undefined)
  expect(text).toContain('Steps of the next run 1. 5 % of the traffic 2. pause of 5m 3.')
  expect(text).not.toMatch(/ (done|now|next|skipped) \d/)
})
