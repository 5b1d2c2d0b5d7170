import type { Metric, PresetName } from '../../api/metric.ts'
import { contour } from './contour.ts'
import { envoyGateway } from './envoyGateway.ts'
import { istio } from './istio.ts'
import { linkerd } from './linkerd.ts'
import { nginx } from './nginx.ts'
import { otelHttp } from './otelHttp.ts'
import type { Preset } from './preset.ts'
import { prometheusHttp } from './prometheusHttp.ts'
import { traefik } from './traefik.ts'

export const presets: Readonly<Record<PresetName, Preset>> = {
  istio,
  'envoy-gateway': envoyGateway,
  contour,
  traefik,
  nginx,
  linkerd,
  'otel-http': otelHttp,
  'prometheus-http': prometheusHttp,
}

/**
 * The metrics that a preset stands for, "<name> errors" and "<name> latency"; any other metric stands for itself. Both take over what the preset's
 * metric says, but limits that are shares of requests (atLeast, floor, hardMax) belong to the errors, and a weight is divided between them.
 */
export function expandPreset(metric: Metric): Metric[] {
  const { preset, name, atLeast, floor, hardMax, trend: _, weight, ...both } = metric
  if (preset === undefined) return [metric]
  const { errors, latency } = presets[preset]
  const shared = { ...both, trend: false, ...(weight === undefined ? {} : { weight: weight / 2 }) }
  return [
    {
      ...shared,
      name: `${name} errors`,
      ratio: { ...errors },
      ...(atLeast === undefined ? {} : { atLeast }),
      ...(floor === undefined ? {} : { floor }),
      ...(hardMax === undefined ? {} : { hardMax }),
    },
    { ...shared, name: `${name} latency`, histogram: { ...latency } },
  ]
}

/** The longest name of a metric with a preset, so that its metrics' names are short enough. */
export const longestPresetName = 63 - ' latency'.length
