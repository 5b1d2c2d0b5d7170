import { targetTable } from '../judge/report.ts'
import type { machine } from '../machine.ts'
import type { Ends, Sample } from './day.ts'
import type { Options } from './options.ts'
import { targetsOf, type Verdict } from './verdict.ts'

export interface Outcome {
  machine: ReturnType<typeof machine>
  options: Pick<Options, 'rollouts' | 'hours' | 'cycleHours'>
  samples: readonly Sample[]
  /** Of the runs that the histories hold at the end. */
  ends: Ends
  verdict: Verdict
}

/** Everything as one Markdown page. */
export function report({ machine, options, samples, ends, verdict }: Outcome): string {
  const releases = samples.reduce((sum, sample) => sum + sample.releases, 0)
  const requests = samples.reduce((sum, sample) => sum + sample.requests, 0)
  const seconds = samples.reduce((sum, sample) => sum + sample.realSeconds, 0)
  const ended = Object.entries(ends).map(([end, count]) => `${count} ${end}`)
  return [
    '# A day of the controller, measured',
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}; ${Math.round(seconds)} s for ${options.hours} hours of virtual time.`,
    '',
    `${options.rollouts} Rollouts of one pod, each released every ${options.cycleHours} hours: ${releases} releases, ${requests} requests of the controller. Of ten releases one cannot become ready, two are aborted by a command, the others are good; each tenth Rollout has an analysis. Of the runs that the histories still hold, ${ended.join(', ')}.`,
    '',
    `Controller and embedded cluster are one process, so the heap is that of both; code that the engine goes on optimizing is counted apart. It is looked at when nothing is under way, after a forced collection, and the cluster then forgets what a cluster forgets: Events after an hour, and its history; commands that were answered stay an hour too, not 30 days. Histories hold two runs: from hour ${verdict.fromHour} on the objects are as many as before. The slope is that of Theil and Sen over those samples. Connections are not part of it: requests go straight into the server.`,
    '',
    ...targetTable(targetsOf(verdict)),
    `The cluster's own objects, in JSON: ${(24 * verdict.objects.perHour).toFixed(2)} MiB a day more.`,
    '',
    '| hour | heap MiB | code MiB | external MiB | resident MiB | objects | objects MiB | releases | requests | s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...samples.map(row),
    '',
  ].join('\n')
}

function row({ hours, heapMiB, codeMiB, externalMiB, rssMiB, objects, objectsMiB, releases, requests, realSeconds }: Sample): string {
  const cells = [
    hours,
    heapMiB.toFixed(2),
    codeMiB.toFixed(2),
    externalMiB.toFixed(2),
    rssMiB.toFixed(0),
    objects,
    objectsMiB.toFixed(2),
    releases,
    requests,
  ]
  return `| ${[...cells, realSeconds.toFixed(1)].join(' | ')} |`
}
