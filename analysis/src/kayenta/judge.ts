import { optionalObject } from './arguments.ts'
import { classifyTransformed, type MetricClassification } from './classifier.ts'
import { type CanaryConfig, CanaryConfigError, groupsOf, usableConfig } from './config.ts'
import { KayentaError } from './errors.ts'
import { type Noise, readNoise, readSeed, seededNoise, textSeed } from './noise.ts'
import { readMetricOptions } from './options.ts'
import { withoutOutliers } from './outliers.ts'
import { type JudgedPairs, type ReadPair, readPairs } from './pairs.ts'
import { transformNaN } from './samples.ts'
import { classifyScore, readThresholds, type Score, type ScoreClass, type ScoreThresholds, weightedSumScore } from './score.ts'
import { type Summary, summaryOf } from './summary.ts'

const JUDGE_NAME = 'NetflixACAJudge-v1.0'

export type MetricResult = MetricClassification & {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  readonly muted: boolean
  /** Of the arms as tested: after NaN handling and outlier removal. */
  readonly controlMetadata: { readonly stats: Summary }
  readonly experimentMetadata: { readonly stats: Summary }
}

export type JudgeResult = {
  readonly judgeName: string
  readonly results: readonly MetricResult[]
  readonly groupScores: Score['groupScores']
  readonly noDataGroups: Score['noDataGroups']
  readonly score: number
  readonly classification: ScoreClass
  /** Why the score is 0 by rule, where it is. */
  readonly reason: string | null
}

export type JudgeOptions = {
  /** Seed of the noise on two constant arms. */
  readonly seed?: number | null | undefined
  /** Takes the place of the seeded generator. */
  readonly noise?: Noise | null | undefined
}

/**
 * Judges a canary as Kayenta's `NetflixACAJudge-v1.0`. The same input always gives the same result, and a metric's result does not depend
 * on the others. A pair without values in an arm is one without data; a config may be its JSON text; null options are none.
 * @throws KayentaError 'bad-config' when a pair has no metric in the config or an option has the wrong type, 'bad-argument' when another
 * argument has; the message names it
 */
export function judge(
  config: CanaryConfig | string,
  pairs: JudgedPairs,
  thresholds: ScoreThresholds,
  options?: JudgeOptions | null,
): JudgeResult {
  const known = usableConfig(config)
  const limits = readThresholds(thresholds)
  const { seed, noise } = optionalObject('options', options)
  const random = { seed: readSeed(seed), noise: readNoise(noise) }
  const results = readPairs(pairs).map((pair) => judgeMetric(known, pair, random))
  const score = weightedSumScore(results, { groupWeights: known.classifier?.groupWeights })
  return {
    judgeName: JUDGE_NAME,
    results,
    groupScores: score.groupScores,
    noDataGroups: score.noDataGroups,
    score: score.summaryScore,
    classification: classifyScore(score.summaryScore, limits),
    reason: score.reason,
  }
}

type Random = { readonly seed: number; readonly noise: Noise | undefined }

function judgeMetric(config: CanaryConfig, pair: ReadPair, { seed, noise }: Random): MetricResult {
  const at = config.metrics.findIndex((candidate) => candidate.name === pair.name)
  const metric = config.metrics[at]
  if (!metric) throw new KayentaError('bad-config', `The config has no metric named ${pair.name}; add one, or leave the pair out.`)
  const { options, problems } = readMetricOptions(metric.analysisConfigurations, `metrics[${at}].analysisConfigurations`)
  const groups = groupsOf(metric, `metrics[${at}]`, problems)
  if (problems.length > 0) throw new CanaryConfigError(problems)
  const transform = (arm: 'control' | 'experiment'): Float64Array => {
    const present = transformNaN(pair[arm], options.classifier.nanStrategy, `${pair.at}.${arm}`)
    return options.outlierFactor === undefined ? present : withoutOutliers(present, options.outlierFactor)
  }
  const control = transform('control')
  const experiment = transform('experiment')
  const own = noise ?? seededNoise(textSeed(JSON.stringify([pair.name, Object.entries(pair.tags).sort()]), seed))
  return {
    name: pair.name,
    tags: pair.tags,
    groups,
    muted: options.muted,
    ...classifyTransformed(experiment, control, { ...options.classifier, noise: own }),
    controlMetadata: { stats: summaryOf(control) },
    experimentMetadata: { stats: summaryOf(experiment) },
  }
}
