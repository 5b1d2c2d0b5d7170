import { writeFile } from 'node:fs/promises'
import { difference, type JudgeRecord, judgeNames, printRecord, type Verdict } from '@serin/analysis'
import { hasParts } from '../analyses/readRecord.ts'
import { codeOf, replayParts } from '../analyses/replay.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { type Io, lookOf } from '../io.ts'
import { type Course, courseOf, mostExplained } from '../judging/course.ts'
import { guarded } from '../judging/guarded.ts'
import { flagName, flagsOfJudges, inputFlags, judgeName, outputFlag } from '../judging/judgeFlags.ts'
import { judgingOf } from '../judging/judging.ts'
import { fileTrouble, readTable, wholeInput } from '../judging/tableInput.ts'
import { lines, print } from '../output.ts'
import { verdictView } from '../render/verdict.ts'
import { type Call, isSet, text, type Verb } from '../verb.ts'

export const judge: Verb = {
  name: 'judge',
  about: 'judge a canary against its baseline from counts in a table, without a cluster',
  scope: 'none',
  flags: [
    ...inputFlags,
    { flags: '--each', about: 'a verdict line after every interval, as soon as it is closed' },
    outputFlag,
    { flags: '--judge <name>', about: 'which judge; default: the one a record names, else sequential', choices: judgeNames },
    ...flagsOfJudges,
    {
      flags: '--replay',
      about: 'the input is a record, of --save or of `serin record`: judge it again and say whether its verdict comes out the same',
    },
    { flags: '--save <path>', about: 'write what was judged, with plan and verdict, as a record' },
  ],
  help: [
    'Input, one of (told by its first line):',
    '  JSON lines, one metric and interval a line, lines of one interval together:',
    '    {"interval": 1, "metric": "errors", "form": "ratio", "canary": {"bad": 3, "total": 600}, "baseline": {"bad": 20, "total": 5400}}',
    '    forms: ratio {"bad", "total"}, count {"count", "exposure"}, histogram {"buckets": [[0.1, 5], ["+Inf", 1]]}, gauge {"values": [one a pod]},',
    '    raw {"samples": [...]}; "weight" is the canary\'s share in percent; an arm without data is null or left out',
    '  CSV with a header: interval,metric,form,canary_bad,canary_total,baseline_bad,baseline_total (or _values, _buckets, _count, _exposure);',
    '    without metric and form: one ratio named errors',
    '  a JSON list of such lines, or a record written by --save',
    '',
    'Rows may stand in any order: they are read first and sorted by interval; a row that stands twice counts once.',
    'With --each what comes through a pipe is judged as it comes: an interval is closed when all metrics of the plan have come (without a plan, all of',
    'the first interval), or when the next one begins. A row that comes later is an error: sort the rows by interval.',
    `Lines of --each carry confidence limits while intervals times metrics are at most ${mostExplained}, later where the verdict changes and at the end of the input`,
    '(where the last line may stand twice, the second time with limits); -o json leaves `low` and `high` out where they were not computed.',
    'The last line is the verdict of the whole table.',
    '',
    'Examples:',
    '  serin judge -f table.csv --deadline 30m',
    '  collect | serin judge --each --weights 1,5,25,50',
    "  serin judge -f table.jsonl --judge threshold --fail 'canary.bad / canary.total > 0.05' --failure-limit 3",
    '  serin judge -f record.json --replay',
    '  serin record checkout | serin judge --replay',
    '',
    'Exit code:',
    '  0  pass (with --replay of a record with a verdict: it is the same)',
    '  1  fail (with --replay: the verdict is another one)',
    '  2  inconclusive, or not decided yet',
    '  3  wrong usage, or an input that cannot be read; verdict lines printed before it stay',
  ].join('\n'),
  async run(call) {
    const { io } = call
    if (isSet(call, 'replay') && isSet(call, 'each')) throw new CliError('--replay and --each do not go together')
    const path = text(call, 'filename') ?? '-'
    if (!isSet(call, 'replay')) return judged(call, io, path)
    const content = await wholeInput(io, path)
    if (!hasParts(content)) return judged(call, { ...io, stdin: async () => content, stdinPieces: undefined }, path)
    const misplaced = [...flagsOfJudges.map(({ flags }) => /--([a-z-]+)/.exec(flags)?.[1] ?? ''), 'judge', 'save'].find(
      (flag) => text(call, flagName(flag)) !== undefined,
    )
    if (misplaced !== undefined)
      throw new CliError(`--${misplaced} means nothing for a record of several parts: each has its judge and its plan`)
    return replayParts(call, content, path === '-' ? 'standard input' : path)
  },
}

async function judged(call: Call, io: Io, path: string): Promise<ExitCode> {
  const course = courseOf(call, await judgingOf(call, judgeName(call)))
  const options = { ...course.judging().table, live: isSet(call, 'each') }
  const { record } = await readTable(io, path, options, course.take).catch((error: unknown) => {
    const parts = error instanceof CliError && error.message.includes('parts is not known')
    throw parts
      ? new CliError('this is the record of an analysis with several parts', ['Add --replay: each part is judged again by its own judge.'])
      : error
  })
  return conclude(call, course, record)
}

async function conclude(call: Call, course: Course, read: JudgeRecord | undefined): Promise<ExitCode> {
  const { io } = call
  const bench = course.bench()
  const replay = isSet(call, 'replay')
  // Whoever stops in the middle has not been told what it is.
  if (replay && !read && io.signal.aborted) return exit.timedOut
  if (replay && !read) throw new CliError('--replay needs a record, but this is a table', ['`serin judge --save record.json` writes one.'])
  if (!bench) {
    if (io.unread?.() === true || io.signal.aborted) return exit.timedOut
    throw new CliError('there is no metric in any interval: there is nothing to judge')
  }
  if (!io.signal.aborted) course.finish()
  const verdict = guarded(bench.explained)
  const json = text(call, 'output') === 'json'
  if (!isSet(call, 'each')) {
    if (json) print(io, 'json', verdict)
    else lines(io, verdictView(lookOf(io), verdict))
  }
  await save(call, { version: 1, judge: course.judging().name, plan: bench.plan, intervals: course.intervals, verdict })
  return replay && read ? compared(call, read, [verdict, bench.verdict()]) : codeOf(verdict.verdict)
}

async function save(call: Call, record: JudgeRecord): Promise<void> {
  const path = text(call, 'save')
  if (path === undefined) return
  await writeFile(path, printRecord(record)).catch((error: unknown) => {
    throw new CliError(`--save ${path}: ${fileTrouble(error)}`)
  })
}

/** A record may hold the verdict with or without what `explained` adds: it is the same when either is. */
function compared(call: Call, { verdict: was }: JudgeRecord, [explained, plain]: [Verdict, Verdict]): ExitCode {
  const { io } = call
  const say = (words: string) => (text(call, 'output') === 'json' ? io.err : io.out)(`${words}\n`)
  if (!was) {
    say('The record carries no verdict: there is nothing to compare with.')
    return codeOf(explained.verdict)
  }
  const found = difference(was, explained)
  if (found === undefined || difference(was, plain) === undefined) {
    say('Replayed: the same verdict, bit for bit.')
    return exit.ok
  }
  throw new CliError(`replayed, the verdict is another one: ${found}`, [], exit.failed)
}
