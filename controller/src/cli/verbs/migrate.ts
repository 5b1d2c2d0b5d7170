import type { Observed } from '../../migrate/observed.ts'
import { type Direction, gitOpsOf, isWoken, nextStep, type Plan, plan } from '../../migrate/plan.ts'
import { rightsFor } from '../../migrate/rights.ts'
import type { Step } from '../../migrate/step.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { carry, isGone, lacking } from '../migrating/carry.ts'
import { look, podsOf } from '../migrating/look.ts'
import { translator } from '../migrating/translate.ts'
import { print } from '../output.ts'
import { plainName } from '../read.ts'
import { type Call, duration, isSet, namespace, type Verb } from '../verb.ts'

export const migrate: Verb = {
  name: 'migrate',
  about: 'move a running Rollout of Argo to a Deployment guarded by Serin, and back, without touching its pods',
  argument: { name: '<from...>', about: 'argo, then the name of its Rollout: serin migrate argo checkout' },
  scope: 'named',
  flags: [
    { flags: '--dry-run', about: 'print every step with the objects it writes; change nothing' },
    { flags: '--back', about: 'take it back: the Rollout of Argo has its pods again, everything is as it was' },
    { flags: '--finish', about: 'after a complete migration: delete the sleeping Rollout of Argo; no --back after that' },
    { flags: '--git-changed', about: 'with --finish: what is applied from Git is the Deployment, not the Rollout of Argo' },
    { flags: '--settle <duration>', about: "how long Argo's controller has to stay silent until it counts as gone", default: '10s' },
    { flags: '--timeout <duration>', about: 'how long to wait at most in one step', default: '2m' },
  ],
  help: [
    'The pods stay as they are: the running ReplicaSet changes its owner. The Rollout of Argo is not deleted but put to sleep (it gets an instance id',
    'that no controller of Argo has) and carries the record of how everything was; --finish deletes it when you are content.',
    'It may be interrupted at any moment: the same command goes on where things stand, --back takes back what was done.',
    'What makes it unsafe is refused before the first write, missing rights too.',
    '',
    'Exit code: 0 done (with --dry-run: could be done), 1 refused or stopped, 2 something did not come in time, 3 usage or not found.',
  ].join('\n'),
  async run(call) {
    const [from, name, ...more] = call.args
    if (from !== 'argo' || name === undefined || more.length > 0)
      throw new CliError('what is to be migrated?', ['Write: serin migrate argo NAME, with the name of a Rollout of Argo.'])
    const flags = (['back', 'finish'] as const).filter((flag) => isSet(call, flag))
    if (flags.length > 1) throw new CliError('--back and --finish do not go together')
    return move(call, plainName(name), flags[0] ?? 'forward')
  },
}

async function move(call: Call, name: string, direction: Direction): Promise<ExitCode> {
  const { io } = call
  const cluster = await call.cluster()
  const named = { namespace: await namespace(call), name }
  const options = { direction, settleMs: duration(call, 'settle', '10s'), gitChanged: isSet(call, 'gitChanged') }
  const translate = translator(cluster)
  const see = async () => {
    const o = await look(cluster, named, io.clock.now(), translate)
    return { o, plan: plan(o, options) }
  }
  const first = await see()
  const me = `serin migrate argo ${name} -n ${named.namespace}`
  if (first.plan.refused.length > 0) throw new CliError(sentences(first.plan.refused), ['Nothing was changed.'], exit.failed)
  const missing = await lacking(cluster, named.namespace, rightsFor(first.plan.steps, first.o))
  if (missing.length > 0)
    throw new CliError(
      `you may not: ${missing.join(', ')} (namespace ${named.namespace})`,
      ['Nothing was changed. Ask an administrator for these rights.'],
      exit.failed,
    )
  if (direction === 'forward') for (const finding of first.o.translation.findings) io.err(`not the same: ${finding}\n`)
  if (isSet(call, 'dryRun')) {
    rehearsed(call, first.plan)
    return exit.ok
  }
  const standing = standingOf(first.plan)
  if (standing !== '') io.out(standing)
  await carry({
    io,
    cluster,
    see: async () => {
      if (direction === 'finish' && (await isGone(cluster, named.namespace, name))) return undefined
      const seen = await see()
      return direction === 'back' && isWoken(seen.o) ? undefined : seen
    },
    timeoutMs: duration(call, 'timeout', '2m'),
    again: direction === 'forward' ? me : `${me} --${direction}`,
    undo: `${me} --back`,
  })
  if (direction === 'finish') {
    io.out(`Rollout ${name} of Argo is deleted; Serin's Rollout ${name} guards the Deployment.\n`)
    return exit.ok
  }
  return reported(call, first.o, (await see()).o, direction, me)
}

const sentences = (refused: readonly string[]): string =>
  refused.map((sentence, index) => (index === 0 ? sentence : `       ${sentence}`)).join('\n')

/** Where a migration stands that was begun before. */
function standingOf({ steps }: Plan): string {
  const open = nextStep({ refused: [], steps })
  const at = open ? steps.indexOf(open) : steps.length
  if (at === 0) return ''
  return open ? `begun before: going on at step ${at + 1} of ${steps.length}\n` : 'all steps are done already\n'
}

function rehearsed({ io }: Call, { steps }: Plan): void {
  for (const [index, step] of steps.entries()) {
    io.out(`# ${index + 1}. ${step.name}${stateOf(step)}\n#    ${step.because}\n`)
    for (const write of step.writes) {
      if (write.verb === 'create') document(io, 'create', write.object)
      else if (write.verb === 'patch') document(io, 'patch', { ...write.target, patch: write.ops })
      else document(io, 'delete', { ...write.target, uid: write.uid, propagation: write.propagation })
    }
  }
  io.err('dry run: nothing was changed\n')
}

const stateOf = ({ writes, wait, blocked }: Step): string =>
  blocked !== undefined
    ? ` [blocked: ${blocked}]`
    : wait !== undefined
      ? ` [waits for ${wait}]`
      : writes.length === 0
        ? ' [nothing to do]'
        : ''

function document(io: Call['io'], verb: string, value: unknown): void {
  io.out(`--- # ${verb}\n`)
  print(io, 'yaml', value)
}

/** What became of the pods; those that are not the same are named. */
function reported({ io }: Call, before: Observed, after: Observed, direction: Direction, me: string): ExitCode {
  const was = podsOf(before)
  const is = podsOf(after)
  const lost = [...was].filter(([uid, { restarts }]) => is.get(uid)?.restarts !== restarts).map(([, { name }]) => name)
  const kept = was.size - lost.length
  io.out(
    `${kept} of ${was.size} pods are the same as before, not restarted; ready endpoints: ${before.endpoints ?? 'no Service'} before, ${after.endpoints ?? 'no Service'} now\n`,
  )
  if (lost.length > 0) io.err(`gone or restarted meanwhile: ${lost.join(', ')}\n`)
  if (direction === 'back') io.out(`Rollout ${after.argo.metadata.name} of Argo is awake and has its pods; Serin lets go of them.\n`)
  else io.out(done(after, me))
  return exit.ok
}

function done(o: Observed, me: string): string {
  const { rollout } = o.translation
  const deployment = o.deployment ? o.deployment.metadata.name : rollout.metadata.name
  const keeper = gitOpsOf(o)
  return [
    `Deployment ${deployment} has the pods, Serin's Rollout ${rollout.metadata.name} guards it. The Rollout of Argo sleeps.`,
    `In Git: replace the Rollout of Argo by these two${keeper === undefined ? '' : ` (${keeper} applies it)`}; keep the label rollouts-pod-template-hash in the template until the next release, or that change is one.`,
    `When you are content: ${me} --finish. To take it back: ${me} --back`,
    '',
  ].join('\n')
}
