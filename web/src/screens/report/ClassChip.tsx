import type { MetricView } from '../../../../controller/src/server/dto/evidence.ts'
import { Chip, type Tone } from '../../parts/Chip.tsx'
import { CheckIcon, CircleIcon, CrossIcon, type Icon, MovingIcon } from '../../parts/icons.tsx'
import { strings } from '../../strings.ts'
import { classOf, type MetricClass } from './metrics.ts'

const looks: Record<MetricClass, readonly [Tone, Icon]> = {
  bad: ['bad', CrossIcon],
  undecided: ['info', MovingIcon],
  noData: ['warn', CircleIcon],
  good: ['good', CheckIcon],
}

/** What is known of a metric, by shape and word. */
export function ClassChip({ metric, of = metric && classOf(metric) }: { metric?: MetricView; of?: MetricClass | undefined }) {
  if (!of) return null
  const [tone, shape] = looks[of]
  return (
    <Chip tone={tone} shape={shape}>
      {strings.report.classes[of]}
    </Chip>
  )
}
