import { targetTable } from '../judge/report.ts'
import type { Target } from '../judge/targets.ts'
import type { machine } from '../machine.ts'
import type { Figures } from './figures.ts'

export interface Origin {
  machine: ReturnType<typeof machine>
  /** Average load of the machine when it began. */
  load: number
}

/** Everything as one Markdown page. */
export function report(results: Readonly<Record<string, Figures>>, targets: readonly Target[], { machine, load }: Origin): string {
  return [
    '# The controller at scale, measured',
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}. The cluster, the controller and the bench share these cores. Load average at the start: ${load.toFixed(1)}; above 0.5 other work shared them too, and the times are longer for it.`,
    '',
    'The controller is the bundled file of the image, with the heap that Node gives it under the memory limit of the chart. A release is weights 20, 50, 80 with a pause of 5 s after each, on 2 pods that are ready half a second after they are made: 16 s are ideal. On the embedded cluster the Rollouts that are not released have 0 replicas.',
    '',
    ...targetTable(targets),
    ...Object.entries(results).flatMap(([name, figures]) => [
      `## ${name}`,
      '',
      '| | |',
      '| --- | --- |',
      ...Object.entries(figures).map(row),
      '',
    ]),
  ].join('\n')
}

function row([name, value]: [string, Figures[string]]): string {
  const told =
    typeof value === 'number'
      ? String(value)
      : Object.entries(value)
          .map(([what, count]) => `${what} ${count}`)
          .join(', ')
  return `| ${name} | ${told || 'none'} |`
}
