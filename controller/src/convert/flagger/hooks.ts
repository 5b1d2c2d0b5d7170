import type { MetricInput } from '../../api/metric.ts'
import { isObject } from '../../traffic/patch.ts'
import { durationText, secondsOf } from '../durations.ts'
import { metricName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { metricRefusal } from '../refusal.ts'

/** What webhooks of a Canary become. */
export interface Hooks {
  /** Asked before the first weight. */
  readonly before: readonly MetricInput[]
  /** Asked while weights rise. */
  readonly during: readonly MetricInput[]
  /** Where a person, or a machine, has to say promote. */
  readonly gates: ReadonlySet<Gate>
}

export type Gate = 'start' | 'increase' | 'promotion'

const gates: Readonly<Record<string, Gate>> = {
  'confirm-rollout': 'start',
  'confirm-traffic-increase': 'increase',
  'confirm-promotion': 'promotion',
}

const unasked: Readonly<Record<string, readonly [string, string]>> = {
  'post-rollout': ['nothing is called after a run', 'let the pipeline do it, after serin status --watch'],
  rollback: ['nobody is asked whether to roll back', 'let it say serin abort, or make a RolloutCommand with action abort'],
  event: ["nothing is posted in Flagger's form", 'write a Notifier of kind webhook'],
}

/** Reads the webhooks. Those of Flagger's load tester, and those that Serin never calls, are noted and left out. */
export function hooksOf(webhooks: readonly Reading[], metricNames: Iterable<string>): Hooks {
  const [before, during, found] = [[] as MetricInput[], [] as MetricInput[], new Set<Gate>()]
  const taken = new Set(metricNames)
  for (const hook of webhooks) {
    const type = hook.at('type').text() ?? 'rollout'
    const gate = Object.hasOwn(gates, type) ? gates[type] : undefined
    const never = Object.hasOwn(unasked, type) ? unasked[type] : undefined
    const name = hook.at('name').text() ?? type
    if (gate) {
      found.add(gate)
      const url = hook.at('url').text() ?? 'its service'
      hook.todo(
        `${name} (${type}) is a pause that ends with serin promote: Serin does not ask ${url} again and again`,
        'let whoever opened that gate say serin promote',
      )
    } else if (never) hook.lost(`${name} (${type}): ${never[0]}`, never[1])
    else if (type !== 'pre-rollout' && type !== 'rollout')
      hook.lost(`${name}: Flagger knows no webhook of type ${type}`, 'see what was meant')
    else {
      const metric = metricOf(hook, name, type, taken)
      if (metric) (type === 'rollout' ? during : before).push(metric)
    }
  }
  return { before, during, gates: found }
}

function metricOf(hook: Reading, name: string, type: string, taken: Set<string>): MetricInput | undefined {
  const url = hook.at('url').text() ?? ''
  const metadata = hook.at('metadata')
  const command = metadata.at('cmd').text()
  if (command !== undefined || /loadtester/.test(url)) {
    const told = command === undefined ? url : `"${command}"`
    if (type === 'rollout')
      hook.todo(
        `${name} lets Flagger's load tester run ${told}, and Serin makes no traffic`,
        'see that there is traffic during a release: real, or by a Job or Deployment of your own',
      )
    else
      hook.todo(
        `${name} lets Flagger's load tester run ${told}, which does not understand what Serin sends`,
        `write a metric with a job that runs it, and name its template in a step analyze before the first weight (blue/green: in analysis.before)`,
      )
    return undefined
  }
  const timeout = hook.at('timeout').text()
  const seconds = timeout === undefined ? undefined : secondsOf(timeout)
  const retries = hook.at('retries').count()
  const body = metadata.value
  metadata.take()
  for (const key of ['muteAlert', 'disableTLS']) hook.at(key).flag()
  if (hook.at('disableTLS').value === true)
    hook.at('disableTLS').lost('a certificate of a webhook is always looked at', 'give the service one that the controller trusts')
  const metric: MetricInput = {
    name: metricName(name, taken),
    webhook: {
      url,
      ...(seconds === undefined ? {} : { timeout: durationText(seconds) }),
      ...(retries === undefined ? {} : { retries: Math.min(retries, 10) }),
      ...(isObject(body) ? { body } : {}),
    },
  }
  const refused = metricRefusal(metric)
  if (refused !== undefined) {
    hook.lost(`webhook ${name} is left out: ${refused}`, 'write it by hand')
    return undefined
  }
  const once = type === 'rollout' ? 'is asked once, not at every interval, and' : ''
  hook.say({
    severity: 'changed',
    what: `webhook ${name} ${once} gets another body: the analysis, the Rollout and both versions, with the metadata in its field data`.replace(
      '  ',
      ' ',
    ),
    doInstead: 'see that the service understands it; 2xx passes, 4xx fails, anything else is asked again',
  })
  return metric
}
