/** Ready-made metrics of one product, in PromQL: raw counters, one series or more of each version. */
export interface Preset {
  /** Product and versions whose names and labels these are. */
  readonly product: string
  /** Requests that failed, and all. */
  readonly errors: { readonly bad: string; readonly total: string }
  /** Buckets of a histogram of durations. */
  readonly latency: { readonly query: string; readonly unit: 's' | 'ms' }
  /** What Prometheus has to scrape, and with which labels: sentences for people. */
  readonly scraped: string
  /** How the two versions are told apart: sentences for people. */
  readonly versions: string
}

/** Series of a metric with any of these sets of matchers. */
export function anyOf(metric: string, ...matchers: readonly string[]): string {
  return matchers.map((set) => `${metric}{${set}}`).join(' or ')
}

/** Matchers of the pods of a version, where Prometheus writes the pod's own namespace and name. */
export const ofPods = 'namespace="{{namespace}}",pod=~"{{arm.pods}}"'
/** What is said of presets that use them. */
export const byPods = 'By the label `pod`.'
