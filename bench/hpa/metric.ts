import {
  byAverage,
  byUtilisation,
  byValue,
  byValuePerPod,
  type PodUse,
  type Standing,
  type Tolerances,
} from '../../sandbox/src/controllers/hpaFormula.ts'

/** Pods that are alike at one look. */
export interface Crowd {
  pods: number
  /** Of the workload's load, in thousandths, for all of them together. */
  load: number
  /** Since the last look: they run and serve, but have no whole window of samples yet. */
  fresh: boolean
}

/** What an autoscaler sees at one look. */
export interface Sight {
  crowds: readonly Crowd[]
  /** Used by each pod without any load, in thousandths of the target: the part of it that is base load, times 1000. */
  base: number
  replicas: number
}

/** What a pod may use, in thousandths of whatever is measured. */
export const target = 1000

const usual: Tolerances = { up: 0.1, down: 0.1 }

/** One way to be asked for replicas. */
export interface MetricKind {
  name: string
  /** Whether base load is in what it measures. */
  hasBase: boolean
  wish(sight: Sight): number
}

const pods = ({ crowds, base }: Sight, freshAs: Standing): PodUse[] =>
  crowds.flatMap(({ pods: count, load, fresh }) =>
    Array.from({ length: count }, (): PodUse => {
      const request = 2 * target
      return { standing: fresh ? freshAs : 'counted', use: Math.round(base + load / count), request }
    }),
  )

const sum = (crowds: readonly Crowd[], of: (crowd: Crowd) => number) => crowds.reduce((all, crowd) => all + of(crowd), 0)

export const metricKinds: readonly MetricKind[] = [
  {
    name: 'cpu, Utilization',
    hasBase: true,
    wish: (sight) => byUtilisation(pods(sight, 'unready'), 50, sight.replicas, usual).replicas,
  },
  {
    name: 'memory, Utilization',
    hasBase: true,
    wish: (sight) => byUtilisation(pods(sight, 'missing'), 50, sight.replicas, usual).replicas,
  },
  {
    name: 'resource or Pods, AverageValue',
    hasBase: true,
    wish: (sight) => byAverage(pods(sight, 'missing'), target, sight.replicas, usual).replicas,
  },
  {
    name: 'Object or External, Value that falls with more pods',
    hasBase: true,
    wish: ({ crowds, base, replicas }) => {
      const ready = sum(crowds, (crowd) => crowd.pods)
      const each = base + Math.round(sum(crowds, ({ load }) => load)) / ready
      return byValue(each, target, { current: replicas, ready }, usual).replicas
    },
  },
  {
    name: 'Object or External, AverageValue (KEDA)',
    hasBase: false,
    wish: ({ crowds, replicas }) => byValuePerPod(Math.round(sum(crowds, ({ load }) => load)), target, replicas, usual).replicas,
  },
]
