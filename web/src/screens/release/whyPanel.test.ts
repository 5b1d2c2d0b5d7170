import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView } from '../../../../controller/src/server/dto/evidence.ts'
import { ago, hostile, storyNow } from '../../gallery/story.ts'
import { ClockProvider } from '../../parts/Time.tsx'
import { analysis, bad, open, silent } from './fixtures/evidence.ts'
import { moving, resting, run } from './fixtures/release.ts'
import { WhyPanel } from './WhyPanel.tsx'

function shown(release: ReleaseDetail, judged?: AnalysisView): string {
  const panel = createElement(WhyPanel, { release, analysis: judged })
  // biome-ignore lint/correctness/noChildrenProp: the types want it there
  return renderToStaticMarkup(createElement(ClockProvider, { now: storyNow, zone: 'utc', children: panel }))
}
const words = (markup: string) => markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('in one look: where it is, what it waits for, each metric, capacity, route, and what happens next', () => {
  const text = words(shown(moving, analysis))
  for (const part of [
    'Why it is waiting',
    'Step 4 of 6: evidence at 20 %',
    'Waits for evidence at 20 %.',
    '214 ms',
    '208 ms',
    '[×0.94, ×1.12]',
    'about 6 min, 21,000 requests more',
    '4 of 4 pods of the new version available',
    '20 % wanted and confirmed (HTTPRoute web)',
    'Goes on to 50 % at about 10:24.',
    'All traffic goes back to the old version within 2 s.',
    'After 5 min without data it pauses.',
  ])
    expect(text).toContain(part)
})

test('a refused version is told by its reason first, then by how to go on', () => {
  const text = words(
    shown({ ...resting, phase: 'Degraded', refused: { because: bad.because, result: 'RolledBack' } }, { ...analysis, metrics: [bad] }),
  )
  expect(text.indexOf('16 times the old version')).toBeGreaterThan(0)
  expect(text.indexOf('16 times the old version')).toBeLessThan(text.indexOf('How to go on'))
  expect(text).toContain('2.01 %')
})

test('where all is well it says how to begin, for the container there is', () => {
  expect(shown(resting, analysis)).toContain('kubectl set image deployment/web &#x27;*=registry.example.com/shop/web:TAG&#x27; -n shop')
  const two = { ...resting, stable: { hash: 'a', images: ['localhost:5000/web:v1', 'proxy:v2'] } }
  expect(shown(two)).toContain('CONTAINER=IMAGE:TAG')
  expect(shown({ ...resting, stable: { hash: 'a', images: ['localhost:5000/web@sha256:abc'] } })).toContain('*=localhost:5000/web:TAG')
})

test('no data is never written as zero', () => {
  const text = words(shown(moving, { ...analysis, metrics: [silent] }))
  expect(text).toContain('no data')
  expect(text).not.toMatch(/ 0 %/)
})

test('what others wrote is text', () => {
  const markup = shown(
    {
      ...moving,
      run: { ...run, waiting: { for: hostile, because: hostile, since: ago(1) } },
      discarded: [hostile],
      next: { good: hostile },
    },
    { ...analysis, message: hostile, metrics: [{ ...open, name: hostile, because: hostile, unit: hostile }] },
  )
  expect(markup).not.toContain('<img')
  expect(markup).toContain('&lt;img')
})
