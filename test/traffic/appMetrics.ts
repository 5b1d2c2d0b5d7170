/** Upper edges in seconds: the default of the client libraries. */
const EDGES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface AppMetrics {
  observe(code: number, seconds: number): void
  /** In the text format of Prometheus. A code that never came has no series, as with the client libraries. */
  text(): string
}

/** http_requests_total by code, and http_request_duration_seconds with fixed buckets. */
export function appMetrics(): AppMetrics {
  const byCode = new Map<number, number>()
  const buckets = EDGES.map(() => 0)
  let sum = 0
  let count = 0
  return {
    observe(code, seconds) {
      byCode.set(code, (byCode.get(code) ?? 0) + 1)
      sum += seconds
      count++
      EDGES.forEach((edge, index) => {
        if (seconds <= edge) buckets[index] = (buckets[index] ?? 0) + 1
      })
    },
    text() {
      const name = 'http_request_duration_seconds'
      return [
        '# TYPE http_requests_total counter',
        ...[...byCode].map(([code, requests]) => `http_requests_total{code="${code}"} ${requests}`),
        `# TYPE ${name} histogram`,
        ...EDGES.map((edge, index) => `${name}_bucket{le="${edge}"} ${buckets[index]}`),
        `${name}_bucket{le="+Inf"} ${count}`,
        `${name}_sum ${sum}`,
        `${name}_count ${count}`,
        '',
      ].join('\n')
    },
  }
}
