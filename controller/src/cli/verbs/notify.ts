import { askForTest, testAnswer } from '../../api/notifierTest.ts'
import { apiVersion } from '../../api/rollout.ts'
import { sleep } from '../../clock.ts'
import type { Ref } from '../../kube/types.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { isPassing } from '../kubeErrors.ts'
import { plainName } from '../read.ts'
import { type Call, duration, isSet, namespace, type Verb } from '../verb.ts'

const askEveryMs = 250

export const notify: Verb = {
  name: 'notify',
  about: 'send a test message by a Notifier, and say whether its target took it',
  argument: { name: '<what...>', about: 'test, then the name of the Notifier: serin notify test team' },
  scope: 'named',
  flags: [
    { flags: '--cluster', about: 'a ClusterNotifier is meant' },
    { flags: '--wait <duration>', about: 'how long to wait for the answer; 0s: not at all', default: '30s' },
  ],
  help: [
    'The message goes the way of a real one, once: what is wrong with an address, a Secret or a login is said here and in its status.',
    'PagerDuty and Opsgenie get an incident that is closed at once; GitHub is only asked whether the token is good.',
    '',
    'Exit code: 0 the target took it, 1 it did not (the reason is printed), 2 not answered in time, 3 usage or not found.',
    'Needs patch on notifiers.serin.dev or, with --cluster, on clusternotifiers.serin.dev.',
  ].join('\n'),
  async run(call) {
    const [what, name, ...more] = call.args
    if (what !== 'test' || name === undefined || more.length > 0)
      throw new CliError('what is to be tested?', ['Write: serin notify test NAME, with the name of a Notifier.'])
    const cluster = isSet(call, 'cluster')
    const kind = cluster ? 'ClusterNotifier' : 'Notifier'
    return test(call, { apiVersion, kind, name: plainName(name), ...(cluster ? {} : { namespace: await namespace(call) }) })
  },
}

async function test(call: Call, ref: Ref): Promise<ExitCode> {
  const { client } = await call.cluster()
  const { io } = call
  const waitMs = duration(call, 'wait', '30s')
  const where = ref.namespace === undefined ? '' : ` in namespace ${ref.namespace}`
  const missing = new CliError(`there is no ${ref.kind} ${ref.name}${where}`, [
    `kubectl get ${ref.kind.toLowerCase()}s${ref.namespace === undefined ? '' : ` -n ${ref.namespace}`} lists them.`,
  ])
  if (!(await client.get(ref))) throw missing
  const id = await askForTest(client, ref)
  if (waitMs === 0) {
    io.out(`${ref.kind} ${ref.name}: a test was asked for; its status says what becomes of it\n`)
    return exit.ok
  }
  const deadline = io.clock.now() + waitMs
  while (io.clock.now() < deadline && !io.signal.aborted) {
    await sleep(io.clock, askEveryMs, io.signal)
    const found = await client.get(ref).catch((error: unknown) => {
      if (isPassing(error)) return 'not now' as const
      throw error
    })
    if (found === 'not now') continue
    if (!found) throw missing
    const answer = testAnswer(found, id)
    if (!answer || answer.result === 'Sending') continue
    if (answer.result === 'Sent') {
      io.out(`${ref.kind} ${ref.name}: ${answer.message}\n`)
      return exit.ok
    }
    io.err(`${ref.kind} ${ref.name}: not sent: ${answer.message}\n`)
    return exit.failed
  }
  io.err(`${ref.kind} ${ref.name}: not answered within ${waitMs / 1000} s\n`)
  io.err('It is sent when the controller runs: kubectl get pods -A -l app.kubernetes.io/part-of=serin\n')
  return exit.timedOut
}
