import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { valueText } from '../../parts/charts/units.ts'
import { differenceOf } from './metrics.ts'

/** How far the canary is from the baseline, with its sign: shares in percentage points, the rest in their unit. Absent where a side is. */
export function differenceText(metric: MetricView): string | undefined {
  const difference = differenceOf(metric)
  if (difference === undefined) return undefined
  const size = Math.abs(difference)
  const text = metric.unit === 'share' ? `${Number((size * 100).toPrecision(3))} pp` : valueText(size, metric.unit)
  return `${difference > 0 ? '+' : difference < 0 ? '−' : '±'}${text}`
}
