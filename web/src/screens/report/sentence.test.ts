import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { Report } from '../../../../controller/src/server/dto/evidence.ts'
import { told } from '../../gallery/told.tsx'
import { analysis, errors, latency, report, seriesOf } from './fixtures.ts'
import { ReportView } from './ReportView.tsx'

const nothing = () => {}
const bare = errors.because.replace(/\.$/, '')

/** What stands on the screen and on paper, as text, and how often the judge's sentence is in it. */
function sentences(more: Partial<Report>, summary: string): number {
  const view = createElement(ReportView, {
    report: { ...report, analyses: [{ ...analysis, metrics: [errors] }], ...more },
    seriesOf: () => ({ ...seriesOf(errors), summary }),
    commands: [],
    looking: { hidden: new Set<never>(), metric: undefined },
    onLooking: nothing,
    address: '',
    recordOf: () => '',
  })
  return (
    renderToStaticMarkup(told(view))
      .replace(/<[^>]+>/g, ' ')
      .split(bare).length - 1
  )
}

test("the judge's sentence that a run failed by stands once: in the verdict on top", () => {
  expect(sentences({ verdict: `Run 42 went back after 25 min: ${bare}.` }, errors.because)).toBe(1)
})

test('where the verdict has other words it stands once with its analysis', () => {
  expect(sentences({ verdict: 'Run 42 was aborted.' }, errors.because)).toBe(1)
})

test('what the chart adds to it is said, and so is a sentence of a metric that nothing else says', () => {
  expect(sentences({ verdict: 'Run 42 was aborted.' }, `${errors.because} 1 stretch without data.`)).toBe(2)
  const quiet = { ...analysis, message: latency.because, metrics: [errors] }
  // On the screen the chart says it, on paper the metric.
  expect(sentences({ verdict: 'Run 42 was aborted.', analyses: [quiet] }, errors.because)).toBe(2)
})
