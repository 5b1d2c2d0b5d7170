import { baseShares, type Found, type Gap, loads } from './compare.ts'
import { bound, ceiling } from './course.ts'
import { metricKinds } from './metric.ts'

/** Everything as one Markdown page. The figures do not depend on the machine. */
export function page(found: readonly Found[], withoutWindow: readonly Found[], promises: readonly string[]): string {
  const releases = found.filter(({ run }) => run === 'a release')
  return [
    '# Autoscalers during a release, measured',
    '',
    'The arithmetic of the HorizontalPodAutoscaler of Kubernetes 1.36, look by look (every 15 s): `spec.replicas` with a run against `spec.replicas` without one, at the same instant and under the same load. A figure is the worst over all looks: in pods for 2 to 10 replicas / in per cent for 20 to 100.',
    `New pods count from their second look on. The base load is what a pod uses without a request, as a part of its target. What comes to ${ceiling} times its size is called endless: it would go to \`maxReplicas\`.`,
    '',
    ...promises.map((promise) => `- ${promise}`),
    '',
    '## A release: 10, 50 and 100 %, five minutes each, and the hand-over',
    '',
    'A load that rises doubles over the run; one that falls is halved.',
    '',
    `| metric | base load | ${loads.map((load) => `${load}: more | ${load}: fewer`).join(' | ')} |`,
    `| --- | --- ${'| --- | --- '.repeat(loads.length)}|`,
    ...metricKinds.flatMap(({ name, hasBase }) =>
      (hasBase ? baseShares : [0]).map((baseShare) => {
        const mine = releases.filter((one) => one.metric === name && one.baseShare === baseShare)
        return `| ${name} | ${hasBase ? baseShare : 'any'} | ${loads.map((load) => both(mine.find((one) => one.load === load))).join(' | ')} |`
      }),
    ),
    '',
    '## One weight, held for 40 minutes under a constant load',
    '',
    'Replicas beyond N0, in per cent, from 20 to 100 of them: measured, and N0 (1 - b/t) / (1 - (1 + w) b/t), where they come to rest; none where they do not. Within its tolerance of 10 % an autoscaler does nothing, so large base loads move it less than middle ones.',
    '',
    ...heldTable(metricKinds[2]?.name ?? '', found),
    '## The release under a constant load, without a window of scaling down',
    '',
    '`behavior.scaleDown.stabilizationWindowSeconds: 0`: of cpu, new pods that serve do not count yet, and what is left of the load looks small.',
    '',
    '| metric | base load | more | fewer |',
    '| --- | --- | --- | --- |',
    ...withoutWindow.map((one) => `| ${one.metric} | ${one.baseShare} | ${both(one)} |`),
    '',
  ].join('\n')
}

function heldTable(metric: string, found: readonly Found[]): string[] {
  const mine = found.filter((one) => one.metric === metric && one.run.startsWith('held'))
  const weights = [10, 25, 50, 100]
  return [
    `${metric}; the others differ by a pod or two:`,
    '',
    `| base load | ${weights.map((weight) => `${weight} %: measured, at rest`).join(' | ')} |`,
    `| --- ${'| --- '.repeat(weights.length)}|`,
    ...baseShares.map((baseShare) => {
      const cells = weights.map((weight) => {
        const one = mine.find(({ run, baseShare: share }) => run === `held at ${weight} %` && share === baseShare)
        return [one?.more.percent ?? Number.NaN, 100 * (bound(baseShare, weight) - 1)].map(percent).join(', ')
      })
      return `| ${baseShare} | ${cells.join(' | ')} |`
    }),
    '',
  ]
}

const percent = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(0)} %` : 'none')

const gap = ({ pods, percent: share }: Gap, sign: string): string =>
  pods === 0 && share === 0 ? '0' : `${sign}${pods} / ${sign}${percent(share)}`

function both(one: Found | undefined): string {
  return one ? `${one.endless ? 'endless' : gap(one.more, '+')} | ${gap(one.less, '-')}` : '- | -'
}
