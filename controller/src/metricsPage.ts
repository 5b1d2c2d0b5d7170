import { Registry } from 'prom-client'
import { defaultWorkers } from './controller.ts'
import { controllerMetrics } from './controllerMetrics.ts'
import { serverMetrics } from './server/plumbing/metrics.ts'

interface Described {
  name: string
  help: string
  type: string
  labelNames?: readonly string[]
}

/** The page of all metrics, out of the registry that /metrics serves. */
export function metricsPage(): string {
  const registry = new Registry()
  controllerMetrics({ registry, workers: defaultWorkers, statuses: () => undefined, now: () => 0 })
  const dashboard = new Registry()
  serverMetrics({ registry: dashboard, releases: { all: () => [], isSynced: () => false } })
  const of = (one: Registry) => (one.getMetricsAsArray() as unknown as Described[]).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const all = of(registry)
  const table = (found: readonly Described[]) => [
    '| Metric | Type | Labels | Meaning |',
    '|---|---|---|---|',
    ...found.map(
      ({ name, type, labelNames = [], help }) =>
        `| \`${name}\` | ${type} | ${labelNames.map((label) => `\`${label}\``).join(', ')} | ${help.replaceAll('<', '&lt;')} |`,
    ),
  ]
  const own = all.filter(({ name }) => name.startsWith('serin_'))
  return [
    '# Metrics',
    '',
    'The controller serves them at `/metrics` (`--listen`), in the text format of Prometheus.',
    '',
    '## Rollouts, analyses and sources',
    '',
    ...table(own),
    '',
    '## Talking to Kubernetes',
    '',
    'Names and meanings are those of controller-runtime and client-go: their dashboards and alerts work unchanged.',
    '',
    ...table(all.filter((one) => !own.includes(one))),
    '',
    '## The dashboard',
    '',
    'Its server serves them at `/metrics` of a port of its own (`--metrics-listen`).',
    '',
    ...table(of(dashboard)),
    '',
    'Those of the process (`process_*`) and of Node (`nodejs_*`) are the usual ones of prom-client.',
  ].join('\n')
}
