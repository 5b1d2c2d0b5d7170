import type { RangeQuery, Series } from '../../metrics/provider.ts'
import type { SourceClient, Sources } from '../../metrics/sources.ts'

export interface Scripted {
  readonly client: Partial<Omit<SourceClient, 'range' | 'values'>>
  readonly series: readonly Series[]
  /** Answers of `values` by query. */
  readonly values: Readonly<Record<string, readonly number[]>>
  /** Thrown instead of any answer. */
  readonly error: unknown
}

export interface ScriptedSources extends Sources {
  /** Range queries, in order. */
  readonly asked: RangeQuery[]
}

/** Sources of which there is one, that holds these series: it understands selectors like `name{label="x",pod=~"a.*"}`, whose name is the label __name__. */
export function scriptedSources(script: Partial<Scripted>): ScriptedSources {
  const asked: RangeQuery[] = []
  const client: SourceClient = {
    name: 'MetricSource shop/default',
    kind: 'prometheus',
    language: 'promql',
    counters: 'cumulative',
    arms: 'regex',
    lagMs: 15_000,
    podLabel: 'pod',
    ...script.client,
    async range(query) {
      asked.push(query)
      if (script.error) throw script.error
      const selects = selector(query.query)
      return (script.series ?? []).flatMap((one): Series[] => {
        const within = ([at]: readonly [number, unknown]) => at >= query.from && at <= query.to
        const { labels, points, histograms } = one
        const part = { labels, points: points.filter(within), ...(histograms ? { histograms: histograms.filter(within) } : {}) }
        return selects(labels) && (part.points.length > 0 || (part.histograms?.length ?? 0) > 0) ? [part] : []
      })
    },
    async values({ query }) {
      if (script.error) throw script.error
      return [...(script.values?.[query] ?? [])]
    },
  }
  return { asked, find: async (ref) => (ref?.name === 'nowhere' ? { missing: 'There is no MetricSource nowhere: make one' } : client) }
}

function selector(query: string): (labels: Series['labels']) => boolean {
  const [, name = '', inside = ''] = /^(\w*)(?:\{(.*)\})?$/.exec(query) ?? []
  const matchers = [...inside.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label = '', operator, value = '']) => {
    const pattern = new RegExp(`^(?:${value})$`)
    return (labels: Series['labels']) => (operator === '=' ? labels[label] === value : pattern.test(labels[label] ?? ''))
  })
  return (labels) => labels.__name__ === name && matchers.every((matches) => matches(labels))
}
