import { type MetricClass, metricClasses } from './metrics.ts'

/** What a reader chose to see: part of the address, so that a link shows the same. */
export interface Looking {
  /** Classes of metrics that are left out. */
  hidden: ReadonlySet<MetricClass>
  /** The metric looked at closely; absent: the worst. */
  metric: string | undefined
}

/** Reads an address that anybody may have written: what makes no sense counts for nothing. */
export function lookingOf(search: Readonly<Record<string, unknown>>): Looking {
  const hide = typeof search.hide === 'string' ? search.hide.split(',') : []
  return {
    hidden: new Set(metricClasses.filter((one) => hide.includes(one))),
    // The router reads a name that looks like a number as one.
    metric: typeof search.metric === 'string' || typeof search.metric === 'number' ? String(search.metric) : undefined,
  }
}

/** The same as parts of an address. What is as usual is not written. */
export function searchOf({ hidden, metric }: Looking): { hide: string | undefined; metric: string | undefined } {
  return { hide: hidden.size > 0 ? metricClasses.filter((one) => hidden.has(one)).join(',') : undefined, metric }
}
