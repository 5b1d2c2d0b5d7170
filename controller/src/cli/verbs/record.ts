import { writeFile } from 'node:fs/promises'
import { unpacked } from '../../evidence/record.ts'
import type { AnalysisSeen } from '../analyses/read.ts'
import { departure, judgedAgain, recordText } from '../analyses/recordText.ts'
import { meantBy } from '../analyses/whose.ts'
import { CliError, exit } from '../exit.ts'
import { guarded } from '../judging/guarded.ts'
import { wholeNumber } from '../judging/judgeFlags.ts'
import { fileTrouble } from '../judging/tableInput.ts'
import { namespace, text, type Verb } from '../verb.ts'

export const record: Verb = {
  name: 'record',
  about: 'print all that an analysis judged, with plans and verdict, to be judged again anywhere',
  argument: { name: '<name>', about: 'name of a Rollout or of an AnalysisRun', analyses: true },
  scope: 'named',
  flags: [
    { flags: '--run <number>', about: 'run of the Rollout; default: the one under way, else the newest' },
    { flags: '-o, --output <path>', about: 'file to write; default: standard output' },
  ],
  help: [
    'Where a Rollout and an AnalysisRun have the same name, the Rollout is meant; sar/NAME is the AnalysisRun.',
    'An analysis that one judge decides is a record as `serin judge --save` writes it; with several judges it holds a part for each.',
    'Both are read by `serin judge --replay`, which needs no cluster.',
    '',
    'Examples:',
    '  serin record checkout | serin judge --replay',
    '  serin record checkout --run 7 -o run7.json',
    '  serin record sar/checkout-7-step2-k3x9p',
    '',
    'Exit code: 0 printed, 1 there is no analysis or it judged nothing, 2 nothing is judged yet, 3 usage or not found.',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const cluster = await call.cluster()
    const run = wholeNumber(call, 'run')
    const { analysis, others } = await meantBy(cluster, await namespace(call), call.args[0] ?? '', run)
    const found = recordOf(analysis)
    const judged = guarded(() => judgedAgain(found, analysis.spec))
    const printed = recordText(found, analysis.spec, judged)
    const other = analysis.status && departure(judged, analysis.status)
    if (other !== undefined) io.err(`note: ${other}; \`serin version\` tells whether this program and the controller are of one version\n`)
    if (others.length > 0) io.err(`note: that run has other analyses: ${others.map((name) => `sar/${name}`).join(', ')}\n`)
    const path = text(call, 'output')
    if (path === undefined) io.out(printed)
    else {
      await writeFile(path, printed).catch((error: unknown) => {
        throw new CliError(`-o ${path}: ${fileTrouble(error)}`)
      })
      io.err(`the record of ${analysis.metadata.name} is in ${path}\n`)
    }
    return exit.ok
  },
}

/** What it judged. Nothing yet, or nothing that can be read, is a CliError. */
function recordOf({ metadata: { name, namespace }, status }: AnalysisSeen) {
  const over = status !== undefined && status.phase !== 'Pending' && status.phase !== 'Running'
  const found = status?.record === undefined ? undefined : unpacked(status.record)
  if (status?.record !== undefined && !found)
    throw new CliError(`status.record of AnalysisRun ${namespace}/${name} cannot be read`, [
      '`serin version` compares this program with what the cluster serves.',
    ])
  if (found?.parts.some(({ intervals }) => intervals.length > 0)) return found
  if (over) throw new CliError(`AnalysisRun ${name} ended before anything was judged: ${status.message}`, [], exit.failed)
  const waits = status ? status.message : 'the controller has not looked at it'
  throw new CliError(
    `AnalysisRun ${name} has judged nothing yet: ${waits}`,
    [`\`serin analyze --follow ${name} -n ${namespace}\` shows how it goes on.`],
    exit.timedOut,
  )
}
