import { type Aim, commandObject } from '../api/commandObject.ts'
import { apiVersion } from '../api/rollout.ts'
import type { CommandAction, RolloutCommandSpec } from '../api/rolloutCommand.ts'
import { RolloutCommandStatus } from '../api/rolloutCommand.ts'
import { sleep } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import { CliError, type ExitCode, exit } from './exit.ts'
import { isPassing } from './kubeErrors.ts'
import { print } from './output.ts'
import { plainName, type RolloutSeen, readRollout } from './read.ts'
import { type Call, duration, format, isSet, namespace, text } from './verb.ts'

/** How often a command that was sent is looked at for its answer. */
const askEveryMs = 250

/** Parts of a command verb that differ: what it is aimed at, or a CliError saying why there is nothing to aim at. */
export interface Order {
  action: CommandAction
  aim(rollout: RolloutSeen): Aim | Promise<Aim>
}

/** Creates the command, waits for its answer as long as --wait says, prints it. The exit code is the answer's. */
export async function sendCommand(call: Call, order: Order): Promise<ExitCode> {
  const cluster = await call.cluster()
  const as = format(call)
  const waitMs = duration(call, 'wait', '10s')
  const named = { namespace: await namespace(call), name: plainName(call.args[0] ?? '') }
  const rollout = await readRollout(cluster, named)
  const command = commandObject(named, order.action, { aim: await order.aim(rollout), reason: text(call, 'reason') })
  if (isSet(call, 'dryRun')) {
    await cluster.client.create(command, { dryRun: true })
    print(call.io, as === 'json' ? 'json' : 'yaml', command)
    call.io.err('dry run: the API server would take it; nothing was sent\n')
    return exit.ok
  }
  const sent = await cluster.client.create(command)
  const answered = waitMs === 0 ? sent : await answer(call, sent, waitMs)
  if (as !== 'table') print(call.io, as, answered)
  return report(call, answered, waitMs, as === 'table')
}

/** Looks until the command is answered, the time is up or the person has had enough; gives the last look. */
async function answer(call: Call, sent: KubeObject, waitMs: number): Promise<KubeObject> {
  const { client } = await call.cluster()
  const { clock, signal } = call.io
  const deadline = clock.now() + waitMs
  const ref = { apiVersion, kind: 'RolloutCommand', namespace: sent.metadata.namespace ?? '', name: sent.metadata.name }
  let last = sent
  while (!isAnswered(last) && clock.now() < deadline && !signal.aborted) {
    await sleep(clock, askEveryMs, signal)
    const found = await client.get(ref).catch((error: unknown) => {
      if (isPassing(error)) return last
      throw error
    })
    if (!found) throw new CliError(`the command ${ref.name} was deleted before it was answered`, [], exit.failed)
    last = found
  }
  return last
}

function statusOf(command: KubeObject): RolloutCommandStatus | undefined {
  const parsed = RolloutCommandStatus.safeParse(command.status)
  return parsed.success ? parsed.data : undefined
}

function isAnswered(command: KubeObject): boolean {
  const phase = statusOf(command)?.phase
  return phase === 'Done' || phase === 'Refused'
}

function report(call: Call, command: KubeObject, waitMs: number, aloud: boolean): ExitCode {
  const status = statusOf(command)
  const spec = command.spec as RolloutCommandSpec
  if (status?.phase === 'Done') {
    if (aloud) call.io.out(`${spec.action} ${spec.rollout}: ${status.message || 'done'}\n`)
    return exit.ok
  }
  if (status?.phase === 'Refused') {
    call.io.err(`refused: ${status.message}\n`)
    return exit.failed
  }
  if (waitMs === 0) {
    if (aloud) call.io.out(`${spec.action} ${spec.rollout}: sent as ${command.metadata.name}\n`)
    return exit.ok
  }
  call.io.err(`${spec.action} ${spec.rollout}: sent as ${command.metadata.name}, not answered within ${waitMs / 1000} s\n`)
  call.io.err('It will be acted on when the controller runs: kubectl get pods -A -l app.kubernetes.io/part-of=serin\n')
  return exit.timedOut
}
