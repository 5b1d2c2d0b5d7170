import { describe, isText } from './arguments.ts'
import type { ClassifierOptions, Direction } from './classifierOptions.ts'
import { lookup } from './lookup.ts'
import { DEFAULT_OUTLIER_FACTOR } from './outliers.ts'

/** What a metric's `analysisConfigurations.canary` says, with Kayenta's defaults. */
export type MetricOptions = {
  readonly classifier: ClassifierOptions & { readonly nanStrategy: 'remove' | 'replace' }
  /** Undefined keeps outliers. */
  readonly outlierFactor: number | undefined
  readonly muted: boolean
}

/** Something in a configuration that is of the wrong type: where, and a sentence that says what to write. */
export type Problem = { readonly path: string; readonly message: string }

type Report = (path: string, message: string) => void

/**
 * Reads the options of one metric. What is absent, null, or an unknown word takes the default silently, as in Kayenta; what has the wrong
 * type (Kayenta fails with a cast error) is reported under a path that begins with `at`, and takes the default here.
 */
export function readMetricOptions(analysisConfigurations: unknown, at: string): { options: MetricOptions; problems: Problem[] } {
  const problems: Problem[] = []
  const report: Report = (path, message) => problems.push({ path: `${at}.${path}`, message: `${at}.${path} ${message}` })
  const read = reader(analysisConfigurations, report)
  const measure = read.word(['canary', 'effectSize', 'measure']) === 'cles' ? 'cles' : 'meanRatio'
  const neutral = measure === 'cles' ? 0.5 : 1
  const effect = (name: string): number => read.number(['canary', 'effectSize', name]) ?? neutral
  const factor = read.number(['canary', 'outliers', 'outlierFactor']) ?? DEFAULT_OUTLIER_FACTOR
  const removesOutliers = read.word(['canary', 'outliers', 'strategy']) === 'remove'
  if (removesOutliers && !(factor > 0)) report('canary.outliers.outlierFactor', `is ${factor}; write a number above zero, such as 3.`)
  const options: MetricOptions = {
    classifier: {
      direction: direction(read.word(['canary', 'direction'])),
      nanStrategy: read.word(['canary', 'nanStrategy']) === 'replace' ? 'replace' : 'remove',
      effectSizeMeasure: measure,
      allowedIncrease: effect('allowedIncrease'),
      allowedDecrease: effect('allowedDecrease'),
      criticalIncrease: effect('criticalIncrease'),
      criticalDecrease: effect('criticalDecrease'),
      isCriticalMetric: read.flag(['canary', 'critical']),
      isDataRequired: read.flag(['canary', 'mustHaveData']),
    },
    outlierFactor: removesOutliers && factor > 0 ? factor : undefined,
    muted: read.flag(['canary', 'muted']),
  }
  return { options, problems }
}

function direction(word: string | undefined): Direction {
  return word === 'increase' || word === 'decrease' ? word : 'either'
}

function reader(data: unknown, report: Report) {
  const typed = <T>(path: readonly string[], is: (value: unknown) => value is T, write: string): T | undefined => {
    const value = lookup(data, ...path)
    if (value === undefined || value === null) return undefined
    if (is(value)) return value
    report(path.join('.'), `is ${describe(value)}; write ${write}.`)
    return undefined
  }
  return {
    word: (path: readonly string[]) => typed(path, isText, 'a text in quotes'),
    number: (path: readonly string[]) => typed(path, isFiniteNumber, 'a number without quotes, such as 1.2'),
    flag: (path: readonly string[]) => typed(path, isFlag, 'true or false without quotes') ?? false,
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean'
}
