import { type Interval, type KayentaPlan, kayentaJudge, plainConfig } from '@serin/analysis'
import { type CanaryConfig, KayentaError, readCanaryConfig } from '@serin/analysis/kayenta'
import { CliError } from '../exit.ts'
import { type Call, text } from '../verb.ts'
import { benchOf } from './bench.ts'
import type { Judging } from './judging.ts'
import { readObject } from './planFile.ts'

/**
 * Kayenta's judge with a canary config as it is; without one every metric is compared for an increase, in one group. With
 * `after` it judges once, after so many intervals.
 */
export async function kayentaJudging(call: Call, after?: number): Promise<Judging> {
  const path = text(call, 'config')
  const config = path === undefined ? undefined : await readConfig(path)
  const own = config?.classifier?.scoreThresholds
  const thresholds = { pass: score(call, 'pass') ?? own?.pass ?? 95, marginal: score(call, 'marginal') ?? own?.marginal ?? 75 }
  if (thresholds.marginal > thresholds.pass)
    throw new CliError(`a marginal score of ${thresholds.marginal} is above the pass score of ${thresholds.pass}`, [
      'Write a --marginal below --pass.',
    ])
  return {
    name: 'kayenta',
    table: config ? { declared: config.metrics.map(({ name }) => ({ name })), others: 'ignore' } : {},
    begin(first, record) {
      const stored = record?.judge === 'kayenta' && path === undefined ? (record.plan as KayentaPlan | undefined) : undefined
      return benchOf(kayentaJudge, stored ?? { config: config ?? plainConfig(namesOf(first)), thresholds, after })
    },
  }
}

async function readConfig(path: string): Promise<CanaryConfig> {
  const value = await readObject('--config', path)
  try {
    return readCanaryConfig(value)
  } catch (error) {
    if (error instanceof KayentaError) throw new CliError(`--config ${path}: ${error.message}`)
    throw error
  }
}

function namesOf({ metrics }: Interval): string[] {
  return Object.keys(metrics)
}

function score(call: Pick<Call, 'options'>, name: string): number | undefined {
  const value = text(call, name)
  if (value === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(value) && Number(value) <= 100) return Number(value)
  throw new CliError(`--${name} ${value} is not a score`, [
    'Write a number from 0 to 100: with --judge kayenta it is the score from which a release passes.',
  ])
}
