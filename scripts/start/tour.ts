import { apiVersion } from '../../controller/src/api/rollout.ts'
import type { CommandAction } from '../../controller/src/api/rolloutCommand.ts'
import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { hashLabel } from '../../controller/src/workload/view.ts'
import { ApiError, type Obj } from '../../sandbox/src/types.ts'
import type { VirtualClock } from '../../sandbox/src/virtualClock.ts'
import type { Demo } from './cluster.ts'
import { type GitOps, gitOps } from './gitops.ts'
import { namespace, type ServiceName, serviceNames } from './services.ts'
import { story } from './story.ts'
import { badAnswers, failedRequests } from './traffic.ts'
import { type UserName, users } from './users.ts'

export interface TourResult {
  /** Runs that ended with the new version as the stable one, an undo among them. */
  promoted: number
  /** Runs that ended with the old version, by themselves or because somebody aborted them. */
  rolledBack: number
  /** Requests that no version answered. */
  failedRequests: number
  /** Answers that users got from bad versions before these were rolled back. */
  badAnswers: number
  /** How long the tour took by the cluster's clock. */
  virtualSeconds: number
}

/** Something did not go as the tour promises. */
export class TourError extends Error {}

/** What the acts of the tour are made of. */
interface Stage {
  demo: Demo
  clock: VirtualClock
  git: GitOps
  /** One line of what happened, with the time since the beginning. */
  say(line: string): void
  /** Lets time go by until it is so; a TourError after `atMost` seconds. */
  until(what: string, so: () => boolean, atMost?: number): Promise<void>
  /** Puts a tag into git and has it applied. */
  release(service: ServiceName, tag: string): void
  /** Asks for something as that person and waits for the answer. Refusals of the API server are thrown as ApiError. */
  ask(user: UserName, service: ServiceName, action: CommandAction, reason: string): Promise<void>
}

/** Plays all acts, as fast as the machine can. Throws a TourError where something does not go as promised, and soon after the signal aborts. */
export async function playTour(
  demo: Demo & { clock: VirtualClock },
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<TourResult> {
  const began = demo.clock.now()
  const stage = stageOf(demo, began, tell, signal)
  const unfollow = follow(stage)
  const acts = [opening, goodRelease, badRelease, slowRelease, blueGreen, byPods, neverStarts]
  for (const act of acts) await act(stage)
  unfollow()
  const results = serviceNames.flatMap((name) => demo.status(name)?.history ?? []).map(({ result }) => result)
  return {
    promoted: results.filter((result) => result === 'Promoted').length,
    rolledBack: results.filter((result) => result === 'RolledBack' || result === 'Aborted').length,
    failedRequests: failedRequests(demo.sandbox.load.counts()),
    badAnswers: badAnswers(demo.sandbox.load.counts()),
    virtualSeconds: Math.round((demo.clock.now() - began) / 1000),
  }
}

function stageOf(demo: Demo & { clock: VirtualClock }, began: number, tell: (line: string) => void, signal?: AbortSignal): Stage {
  const { clock, sandbox } = demo
  const git = gitOps(sandbox)
  const say = (line: string) => {
    const seconds = Math.floor((clock.now() - began) / 1000)
    tell(`${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}  ${line}`)
  }
  const until = async (what: string, so: () => boolean, atMost = 180) => {
    try {
      await clock.runUntil(() => signal?.aborted === true || so(), { atMost: atMost * 1000 })
    } catch {
      const now = serviceNames.map((name) => `${name}: ${demo.status(name)?.message ?? 'no status'}`)
      throw new TourError(`${what} did not come about within ${atMost} s. ${now.join('; ')}`)
    }
    if (signal?.aborted) throw new TourError('the tour was interrupted')
  }
  return {
    demo,
    clock,
    git,
    say,
    until,
    release(service, tag) {
      git.commit(service, tag)
      git.sync('apply')
    },
    async ask(user, service, action, reason) {
      const metadata = { generateName: `${service}-${action.toLowerCase()}-`, namespace } as unknown as Obj['metadata']
      const spec = { rollout: service, action, run: demo.status(service)?.run?.id, reason }
      const { name } = sandbox.api.create({ apiVersion, kind: 'RolloutCommand', metadata, spec }, { as: users[user] }).metadata
      const answer = () => sandbox.api.get(apiVersion, 'RolloutCommand', namespace, name)?.status
      await until(`an answer to ${user}'s ${action}`, () => answer() !== undefined, 10)
      if (answer().phase !== 'Done') throw new TourError(`${user} asked to ${action} ${service} and was refused: ${answer().message}`)
    },
  }
}

/** Tells what happens to the Rollouts, until the returned function is called. */
function follow({ demo, say }: Stage): () => void {
  return demo.sandbox.api.onChange(({ object, old }) => {
    if (object.kind !== 'Rollout' || !object.status) return
    for (const line of story(old?.status as RolloutStatus | undefined, object.status as RolloutStatus))
      say(`${object.metadata.name}: ${line}`)
  })
}

const healthy =
  ({ demo }: Stage, name: ServiceName, tag: string) =>
  (): boolean => {
    const status = demo.status(name)
    return status?.phase === 'Healthy' && status.run === undefined && status.stable?.images[0] === `${name}:${tag}`
  }

async function opening(stage: Stage): Promise<void> {
  const { git, until, demo, clock, say } = stage
  say('GitOps applies the shop for the first time: checkout, search and mail at v1, each with a Rollout beside its Deployment')
  git.sync('apply')
  for (const name of serviceNames) await until(`${name} at v1`, healthy(stage, name, 'v1'))
  demo.startTraffic()
  say('five quiet minutes: in the time before a release the judge learns how much like pods differ')
  await clock.advance(300_000)
}

async function goodRelease(stage: Stage): Promise<void> {
  const { say, release, until, demo, git, clock } = stage
  say('--- a good release, and GitOps in the middle of it')
  say('checkout:v2 is committed and applied')
  release('checkout', 'v2')
  await until('25 % of the requests at checkout:v2', () => demo.status('checkout')?.run?.weight.actual === 25)
  const before = heldThings(stage)
  for (const how of ['apply', 'replace'] as const) {
    git.sync(how)
    await clock.advance(5_000)
    const after = heldThings(stage)
    if (!stillHeld(before, after)) throw new TourError(`a GitOps ${how} changed a run under way: ${JSON.stringify({ before, after })}`)
    const { weights, pin } = after
    say(
      `GitOps ${how === 'apply' ? 'applies everything again, by force' : 'replaces everything'}: the weights stay ${weights.join('/')}, the Service stays on version ${pin}, the Deployment stays held`,
    )
  }
  await until('checkout:v2 promoted', healthy(stage, 'checkout', 'v2'))
}

interface Held {
  weights: number[]
  pin: string | undefined
  held: boolean
  run: number | undefined
}

/** The run itself may have gone on to a higher weight meanwhile. */
function stillHeld({ weights: [, early = 0], ...before }: Held, { weights: [, late = 0], ...after }: Held): boolean {
  return JSON.stringify(after) === JSON.stringify(before) && late >= early
}

/** What a run holds against everybody else. */
function heldThings({ demo }: Stage): Held {
  const read = (of: string, kind: string): Obj['spec'] => demo.sandbox.api.get(of, kind, namespace, 'checkout')?.spec
  const refs = read('gateway.networking.k8s.io/v1', 'HTTPRoute').rules[0].backendRefs as { weight?: number }[]
  return {
    weights: refs.map(({ weight = 1 }) => weight),
    pin: read('v1', 'Service').selector[hashLabel],
    held: read('apps/v1', 'Deployment').paused === true,
    run: demo.status('checkout')?.run?.id,
  }
}

async function badRelease(stage: Stage): Promise<void> {
  const { say, release, until, demo, git, clock } = stage
  say('--- a bad release: one request in twenty fails. Nobody looks at it')
  const before = badAnswers(demo.sandbox.load.counts())
  say('checkout:v3 is committed and applied')
  release('checkout', 'v3')
  await until('a run of checkout:v3', () => demo.status('checkout')?.run !== undefined)
  await until('checkout:v3 rolled back', () => demo.status('checkout')?.run === undefined)
  say(`users saw ${badAnswers(demo.sandbox.load.counts()) - before} bad answers of v3`)
  git.sync('apply')
  await clock.advance(10_000)
  if (demo.status('checkout')?.run) throw new TourError('a refused version was tried again without anybody asking')
  say('GitOps applies v3 again: it stays held, without a pod')
  release('checkout', 'v2')
  await until('checkout:v2 at rest again', healthy(stage, 'checkout', 'v2'))
  say('the commit is reverted: nothing has to restart')
}

async function slowRelease(stage: Stage): Promise<void> {
  const { say, release, until, demo, clock } = stage
  say('--- a slow release: checkout:v4 is committed and applied')
  release('checkout', 'v4')
  await until('requests at checkout:v4', () => (demo.status('checkout')?.run?.weight.actual ?? 0) > 0)
  await until('checkout:v4 rolled back', () => demo.status('checkout')?.run === undefined)
  release('checkout', 'v2')
  await until('checkout:v2 at rest again', healthy(stage, 'checkout', 'v2'))
  await clock.advance(5_000)
}

async function blueGreen(stage: Stage): Promise<void> {
  const { say, release, until, demo, ask, clock } = stage
  const { load } = demo.sandbox
  say('--- blue/green, and back')
  say('search:v2 is committed and applied')
  release('search', 'v2')
  await until('search:v2 waits at full size', () => demo.status('search')?.run?.step?.kind === 'pause')
  const preview = load.start({ name: 'preview', via: { service: 'search-canary', namespace }, rps: 10 })
  await clock.advance(10_000)
  preview.stop()
  say('anna tries v2 through the Service search-canary, likes it and promotes it')
  await ask('anna', 'search', 'promote', 'looks good')
  await until('search:v2 promoted', healthy(stage, 'search', 'v2'))
  await clock.advance(15_000)
  say('v1 is kept warm for two minutes; anna undoes the release')
  const before = new Set(pods(stage, 'search'))
  await ask('anna', 'search', 'undo', 'customers miss the old one')
  await until('search:v1 serves again', healthy(stage, 'search', 'v1'))
  const started = pods(stage, 'search').filter((uid) => !before.has(uid))
  if (started.length > 0) throw new TourError(`the undo started ${started.length} pods`)
  say('the undo started no pod; the commit is reverted too')
  release('search', 'v1')
  await clock.advance(5_000)
}

const pods = ({ demo }: Stage, app: string): string[] =>
  demo.sandbox.api.list('v1', 'Pod', { namespace, labelSelector: `app=${app}` }).map(({ metadata }) => metadata.uid)

async function byPods(stage: Stage): Promise<void> {
  const { say, release, until, demo, ask } = stage
  say('--- a release without a router, and somebody without the right to stop it')
  say('mail:v2 is committed and applied')
  release('mail', 'v2')
  await until('a share of the requests at mail:v2', () => (demo.status('mail')?.run?.weight.actual ?? 0) > 0)
  try {
    await ask('ben', 'mail', 'abort', 'I do not like it')
    throw new TourError('ben aborted it without the right to')
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    say(`ben asks to abort it; the API server refuses: ${error.message}`)
  }
  await until('mail:v2 promoted', healthy(stage, 'mail', 'v2'))
}

async function neverStarts(stage: Stage): Promise<void> {
  const { say, release, until, demo } = stage
  say('--- a release that never starts')
  say('mail:missing is committed and applied; no registry has it')
  release('mail', 'missing')
  await until('a run of mail:missing', () => demo.status('mail')?.run !== undefined, 60)
  await until('mail:missing rolled back', () => demo.status('mail')?.run === undefined)
  release('mail', 'v2')
  await until('mail:v2 at rest again', healthy(stage, 'mail', 'v2'))
  for (const name of serviceNames) await until(`${name} at rest`, () => demo.status(name)?.phase === 'Healthy')
}
