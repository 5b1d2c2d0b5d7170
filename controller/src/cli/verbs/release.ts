import { KubeError } from '../../kube/errors.ts'
import type { KubeObject, Ref } from '../../kube/types.ts'
import { type Glass, type Letting, lettings, readGlass, strangersOf } from '../breakGlass.ts'
import type { Cluster } from '../cluster.ts'
import { CliError, exit } from '../exit.ts'
import { explainFailure } from '../kubeErrors.ts'
import { print } from '../output.ts'
import { type Named, plainName, readRollout, readWorkload } from '../read.ts'
import { dryRunFlag, format, isSet, namespace, text, type Verb } from '../verb.ts'

/** How often it is begun anew when somebody else writes to the same objects meanwhile. */
const attempts = 10

export const release: Verb = {
  name: 'release',
  about: 'break-glass: let the held template roll out natively, without steps and without Serin',
  argument: { name: '<name>', about: 'name of the Rollout' },
  scope: 'rollout',
  flags: [{ flags: '--reason <text>', about: 'why; kept on the workload and in the history', required: true }, dryRunFlag],
  help: [
    'Works when nothing of Serin runs. In mid-run the Service and the routes are put back first, then the workload is let go.',
    'The run ends as Superseded, and its canary is taken away, when the controller is back.',
    'Needs the verb release on rollouts.serin.dev, and get and patch on the workload and, in mid-run, on the Service and the routes.',
    'All of it is rehearsed before anything is changed.',
    '',
    'Exit code: 0 released (or not held at all), 1 not allowed, 3 usage or not found.',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const cluster = await call.cluster()
    const as = format(call)
    const reason = (text(call, 'reason') ?? '').trim()
    if (reason === '') throw new CliError('--reason is empty', ['Write why the steps are left out: it is kept in the history.'])
    const named = { namespace: await namespace(call), name: plainName(call.args[0] ?? '') }
    const done: KubeObject[] = []
    const { glass, planned } = await untilUndisturbed(async () => {
      const seen = await look(cluster, named)
      const all = lettings(seen, reason)
      for (const letting of all) await send(cluster, letting, named, true)
      if (!isSet(call, 'dryRun')) for (const letting of all) done.push(await send(cluster, letting, named, false))
      return { glass: seen, planned: all }
    }, done)
    const { kind, metadata } = glass.workload
    if (isSet(call, 'dryRun') && planned.length > 0) {
      print(
        io,
        as === 'json' ? 'json' : 'yaml',
        planned.map(({ target, ops }) => ({ target, patch: ops })),
      )
      io.err('dry run: the API server would take it; nothing was sent\n')
      return exit.ok
    }
    if (done.length === 0) io.out(`${kind} ${metadata.name} is not held: there is nothing to release\n`)
    else if (as !== 'table') print(io, as, { apiVersion: 'v1', kind: 'List', items: done })
    else io.out(done.map((object) => `${released(object, glass)}\n`).join(''))
    if (done.length > 0) io.err(remarks(glass))
    return exit.ok
  },
}

async function look(cluster: Cluster, named: Named): Promise<Glass> {
  const rollout = await readRollout(cluster, named)
  const workload = await readWorkload(cluster, rollout)
  const { kind, name } = rollout.spec.workload
  if (!workload) throw new CliError(`there is no ${kind} ${name} in namespace ${named.namespace}`)
  return readGlass(cluster, rollout, workload, (ref, read) => allowed(cluster, ref, read))
}

/** Begins anew when an object changed between the look and the patch. What `done` has by then stays; a failure says so. */
async function untilUndisturbed<T>(attempt: () => Promise<T>, done: readonly KubeObject[]): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof KubeError && error.conflict && number < attempts) continue
      if (done.length === 0 || !(error instanceof Error)) throw error
      const names = done.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')
      throw new CliError(`${names} let go, then: ${error.message}`, ['Type the same again: it goes on where it was.'], exit.failed)
    }
  }
}

async function send(cluster: Cluster, { target, ops, isFree }: Letting, named: Named, dryRun: boolean): Promise<KubeObject> {
  const answer = await allowed(cluster, target, cluster.client.patch(target, ops, { dryRun }))
  // Without the verb the API server keeps it held and says nothing: seen on a rehearsal, so that nothing is left behind.
  if (isFree(answer)) return answer
  throw new CliError(
    `you may not release rollout ${named.name}: needs the verb release on rollouts.serin.dev; ${target.kind} ${target.name} stays held`,
    [
      `Ask an administrator for it, e.g.: kubectl create role serin-release --verb=release --resource=rollouts.serin.dev -n ${named.namespace}, and a binding of it to you.`,
    ],
    exit.failed,
  )
}

/** Says which object a right is missing for. */
async function allowed<T>(cluster: Cluster, { kind, name }: Ref, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof KubeError) || error.status !== 403) throw error
    const said = explainFailure(error, cluster)
    throw new CliError(
      `${said?.message ?? error.message}: needed for ${kind} ${name}`,
      ['Nothing was changed.', ...(said?.advice ?? [])],
      exit.failed,
    )
  }
}

function released({ kind, metadata }: KubeObject, { workload }: Glass): string {
  if (kind !== workload.kind) return `${kind} ${metadata.name} is as it was before the run`
  const where = `${kind.toLowerCase()}/${metadata.name} -n ${metadata.namespace}`
  return `${kind} ${metadata.name} is released: it rolls out natively now; kubectl rollout status ${where}`
}

function remarks(glass: Glass): string {
  const { namespace: place, name } = glass.service?.metadata ?? {}
  return strangersOf(glass)
    .map(
      ({ set, hash }) =>
        `Service ${name} also selects pods of version ${hash}, if there are any, until a controller is back: kubectl scale replicaset ${set} --replicas=0 -n ${place} takes them away\n`,
    )
    .join('')
}
