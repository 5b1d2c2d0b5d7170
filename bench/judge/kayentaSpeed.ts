import { judge } from '../../analysis/src/kayenta/index.ts'
import { gamma } from './random/distributions.ts'
import { Stream } from './random/philox.ts'

/** Judgements of ten metrics with so many samples an arm, in one second of processor time on one core. */
export interface KayentaSpeed {
  readonly samples: number
  readonly perSecond: number
}

/** Latency-like samples, of which no two arms are alike, so that no early exit of the classifier is taken. */
export function measureKayentaSpeed(seed: number, samples: number, rounds: number): KayentaSpeed {
  const stream = new Stream(seed, 'kayenta speed', 0, 'other')
  const arm = () => Array.from({ length: samples }, () => gamma(stream, 2))
  const pairs = Array.from({ length: 10 }, (_, at) => ({ name: `metric-${at}`, values: { control: arm(), experiment: arm() } }))
  const config = {
    name: 'speed',
    metrics: pairs.map(({ name }) => ({ name, query: { type: 'prometheus', metricName: name }, groups: ['all'], scopeName: 'default' })),
    classifier: { groupWeights: { all: 100 } },
  }
  const most = Math.ceil(4000 / samples)
  const times = Array.from({ length: rounds }, () => {
    const began = process.cpuUsage()
    for (let turn = 0; turn < most; turn++) judge(config, pairs, { pass: 95, marginal: 75 })
    const { user, system } = process.cpuUsage(began)
    return (user + system) / most
  })
  return { samples, perSecond: 1e6 / Math.min(...times) }
}
