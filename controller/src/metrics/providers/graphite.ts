import { z } from 'zod'
import type { MetricSourceSpec } from '../../api/metricSource.ts'
import type { Provider, ProviderCall, Series } from '../provider.ts'
import { below, failure, ok, readJson, type Speaker } from './answers.ts'
import { boundSeries, bucketsOnGrid, bucketWindow, inParts, stepSeconds, valueWindow, type Window } from './timeGrid.ts'

type Spec = NonNullable<MetricSourceSpec['graphite']>

// It writes infinity as 1e9999, which JSON reads as infinity and z.number() refuses.
const AnyNumber = z.custom<number>((value) => typeof value === 'number')
const Answer = z.array(
  z.object({
    target: z.string(),
    tags: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    datapoints: z.array(z.tuple([AnyNumber.nullable(), z.number()])),
  }),
)
type Found = z.output<typeof Answer>[number]

const mostEdges = 5_000
const speaker: Speaker = { vendor: 'Graphite', secrets: [] }

/**
 * Graphite, by its render API. A target is summed up over each interval by `summarize(…, step, 'sum', true)`, unless it is a call of summarize,
 * smartSummarize or hitcount itself (a level is summarized by 'avg'). Labels are the tags, and `target`: its name, as alias functions set it.
 */
export const graphite: Provider<'graphite'> = {
  kind: 'graphite',
  language: 'graphite',
  counters: 'delta',
  arms: 'each',
  lagMs: 15_000,

  range(query, call) {
    const seconds = stepSeconds(query, 'Graphite')
    const summed = summarizes(query.query) ? { before: '', after: '' } : { before: 'summarize(', after: `,"${seconds}s","sum",true)` }
    return inParts(query, mostEdges, async (part) => {
      const window = bucketWindow(part, 1000)
      // One interval more: buckets begin at the first stored point in the window, which need not be its start.
      const found = await ask(summed.before + query.query + summed.after, { ...window, start: window.start - part.step }, call)
      return found.map(
        (series): Series => ({
          labels: labelsOf(series, summed.before),
          points: bucketsOnGrid(numbers(series), 'begin', part),
        }),
      )
    })
  },

  async values({ query, at, interval }, call) {
    const found = await ask(query, valueWindow(at, interval), call)
    return found.flatMap((series) => numbers(series).at(-1)?.[1] ?? [])
  },
}

async function ask(target: string, window: Window, call: ProviderCall<Spec>): Promise<Found[]> {
  const response = await call.send({
    method: 'GET',
    url: below(call.spec.url, '/render', [
      ['target', target],
      // Its window begins after `from`, and ends with the point that holds `until`.
      ['from', String(window.start / 1000 - 1)],
      ['until', String(window.end / 1000 - 1)],
      ['format', 'json'],
    ]),
    headers: { accept: 'application/json' },
  })
  if (!ok(response)) throw failure(response, saidIn(response.text), speaker)
  const found = readJson(Answer, response, speaker)
  boundSeries(found.length)
  return found
}

const summarizes = (target: string) => /^\s*(summarize|smartSummarize|hitcount)\s*\(/.test(target)

// Errors are one line of text, or the last line of a stack trace in a page of HTML.
function saidIn(text: string): string | undefined {
  const line = text
    .replace(/<[^<>]*>/g, ' ')
    .trim()
    .split('\n')
    .at(-1)
    ?.trim()
  return /^\s*<!doctype/i.test(text) ? undefined : line || undefined
}

function numbers(series: Found): [number, number][] {
  return series.datapoints.flatMap(([value, at]): [number, number][] => (value === null ? [] : [[at * 1000, value]]))
}

// summarize puts itself around the name.
function labelsOf({ target, tags }: Found, wrapped: string): Record<string, string> {
  const name = wrapped && target.startsWith(wrapped) ? target.slice(wrapped.length).replace(/,\s*"[^"]*",\s*"sum",\s*true\)$/, '') : target
  return { target: name, ...Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [key, String(value)])) }
}
