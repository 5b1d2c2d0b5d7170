import type { Form } from '../table.ts'
import { countEngine } from './count.ts'
import type { MetricEngine } from './engine.ts'
import { gaugeEngine } from './gauge.ts'
import { histogramEngine } from './histogram/engine.ts'
import { ratioEngine } from './ratio.ts'
import { rawEngine } from './raw.ts'

/** How each form of metric is judged. A new form is a file and a line here. */
export const engines: { readonly [F in Form]: MetricEngine<F, unknown> } = {
  ratio: erased(ratioEngine),
  count: erased(countEngine),
  histogram: erased(histogramEngine),
  gauge: erased(gaugeEngine),
  raw: erased(rawEngine),
}

/** Only an engine's own states ever come back to it. */
function erased<F extends Form, State>(engine: MetricEngine<F, State>): MetricEngine<F, unknown> {
  return engine as MetricEngine<F, unknown>
}
