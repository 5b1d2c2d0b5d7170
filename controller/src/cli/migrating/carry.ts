import { sleep } from '../../clock.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject } from '../../kube/types.ts'
import { argoApi } from '../../migrate/argo.ts'
import type { Observed } from '../../migrate/observed.ts'
import { nextStep, type Plan } from '../../migrate/plan.ts'
import { type Right, resourceName } from '../../migrate/rights.ts'
import type { Write } from '../../migrate/step.ts'
import type { Cluster } from '../cluster.ts'
import { CliError, exit } from '../exit.ts'
import type { Io } from '../io.ts'
import { isPassing } from '../kubeErrors.ts'

const lookEveryMs = 500

export interface Carrying {
  io: Io
  cluster: Cluster
  see(): Promise<{ o: Observed; plan: Plan } | undefined>
  timeoutMs: number
  /** What to type to take it back, and to go on. */
  undo: string
  again: string
}

/**
 * Takes step after step. After each the world is looked at anew, so whoever is killed here, or meets another hand, loses nothing: the next call
 * goes on where things stand. Stops when the Service that serves the users has lost all of its endpoints.
 */
export async function carry(carrying: Carrying): Promise<void> {
  const { io, see, again, timeoutMs } = carrying
  const said = new Set<string>()
  let served = false
  let since = io.clock.now()
  for (;;) {
    const seen = await patiently(carrying, see)
    if (!seen) return
    const { o, plan } = seen
    if (plan.refused.length > 0) throw new CliError(plan.refused.join('\n'), [`Mend it, then: ${again}`], exit.failed)
    if (served && o.endpoints === 0)
      throw new CliError(
        'the Service has no ready endpoints any more: stopped',
        [`To take back what was done: ${carrying.undo}`],
        exit.failed,
      )
    served ||= (o.endpoints ?? 0) > 0
    const step = nextStep(plan)
    if (!step) return
    const number = plan.steps.indexOf(step) + 1
    if (!said.has(step.name)) {
      io.out(`${String(number).padStart(2)}/${plan.steps.length} ${step.name}\n`)
      said.add(step.name)
      since = io.clock.now()
    }
    if (step.blocked !== undefined) throw new CliError(step.blocked, [`To take back what was done: ${carrying.undo}`], exit.failed)
    if (step.writes.length > 0) await writeAll(carrying, step.writes)
    else if (io.clock.now() - since > timeoutMs || io.signal.aborted)
      throw new CliError(
        `waited ${timeoutMs / 1000} s for ${step.wait}`,
        [`To go on: ${again}`, `To take back what was done: ${carrying.undo}`],
        exit.timedOut,
      )
    else await sleep(io.clock, lookEveryMs, io.signal)
  }
}

/** A conflict means that somebody wrote in between: the next look decides anew. */
async function writeAll(carrying: Carrying, writes: readonly Write[]): Promise<void> {
  for (const write of writes) {
    if (carrying.io.signal.aborted) throw new CliError('interrupted', [`To go on: ${carrying.again}`], exit.timedOut)
    try {
      await perform(carrying.cluster, write)
    } catch (error) {
      if (error instanceof KubeError && (error.conflict || error.notFound || error.alreadyExists))
        return sleep(carrying.io.clock, lookEveryMs)
      throw error
    }
  }
}

async function perform({ client }: Cluster, write: Write): Promise<void> {
  if (write.verb === 'create') await client.create(write.object)
  else if (write.verb === 'patch') await client.patch(write.target, write.ops)
  else await client.delete(write.target, { uid: write.uid, propagation: write.propagation })
}

/** A server that fails for a moment is asked again. */
async function patiently<T>({ io }: Carrying, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!isPassing(error) || attempt === 10 || io.signal.aborted) throw error
      await sleep(io.clock, lookEveryMs * 2, io.signal)
    }
  }
}

/** Those of the rights that the user does not hold, asked of the API server itself. */
export async function lacking({ client }: Cluster, namespace: string, rights: readonly Right[]): Promise<string[]> {
  const answers = await Promise.all(
    rights.map(async (right) => {
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        metadata: {} as KubeObject['metadata'],
        spec: { resourceAttributes: { namespace, ...right } },
      }
      const { status } = await client.create(review)
      return (status as { allowed?: boolean } | undefined)?.allowed === true ? undefined : `${right.verb} ${resourceName(right)}`
    }),
  )
  return answers.filter((answer) => answer !== undefined)
}

export const isGone = async ({ client }: Cluster, namespace: string, name: string): Promise<boolean> =>
  (await client.get({ apiVersion: argoApi, kind: 'Rollout', namespace, name })) === undefined
