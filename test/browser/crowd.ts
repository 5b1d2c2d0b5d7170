import { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { random } from '../../sandbox/src/apiserver/random.ts'
import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import type { Json } from '../cluster/apiClient.ts'

const words = ['cart', 'search', 'checkout', 'mail', 'login', 'stock', 'price', 'image', 'order', 'review']
const teams = ['shop', 'find', 'notify', 'pay', 'core']

/** A company's releases: so many Rollouts in a hundred namespaces, most of them healthy, some moving, a few in need of somebody. No controller looks after them. */
export function crowd({ api, clock }: Sandbox, count: number, seed = 1): void {
  const { next } = random(seed)
  const namespaces = Math.min(100, Math.ceil(count / 10))
  for (let at = 0; at < namespaces; at++)
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceOf(at) } as Obj['metadata'] })
  for (let at = 0; at < count; at++) {
    const name = `${words[at % words.length]}-${at}`
    const namespace = namespaceOf(at % namespaces)
    const labels = { 'app.kubernetes.io/part-of': teams[at % teams.length] ?? '' }
    const made = api.create({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'Rollout',
      metadata: { name, namespace, labels } as unknown as Obj['metadata'],
      spec: { workload: { kind: 'Deployment', name }, service: name, canary: { steps: [{ weight: 10 }, { pause: {} }, { weight: 50 }] } },
    })
    api.update({ ...made, status: statusOf(name, next(), clock.now()) } as Obj, { subresource: 'status' })
  }
}

const namespaceOf = (at: number): string => `team-${String(at).padStart(2, '0')}`

const version = (name: string, tag: number): Json => ({
  hash: `${tag}f${name.length}c`,
  template: `t${tag}`,
  set: `${name}-${tag}`,
  revision: tag,
  images: [`registry.example/${name}:v${tag}`],
})

/** Ninety of a hundred are healthy, seven are moving, three wait or were rolled back. */
export function statusOf(name: string, chance: number, now: number, weight = Math.round(chance * 100)): Json {
  const time = new Date(now - Math.round(chance * 86_400_000)).toISOString()
  const stable = { ...version(name, 1), since: time }
  const history = [
    {
      id: 1,
      from: version(name, 0),
      to: version(name, 1),
      result: 'Promoted',
      because: 'all steps passed',
      startedAt: time,
      endedAt: time,
    },
  ]
  if (chance < 0.9) return RolloutStatus.parse({ phase: 'Healthy', message: 'v1 serves', stable, history, lastRun: 1 })
  const run = {
    id: 2,
    startedAt: time,
    trigger: 'Template',
    from: version(name, 1),
    to: version(name, 2),
    mode: 'Routes',
    spec: {},
    stage: 'Stepping',
    stageSince: time,
    step: { index: 1, kind: chance > 0.97 ? 'pause' : 'weight', since: time },
    steps: 3,
    weight: { wanted: weight, actual: weight },
    waiting: { for: 'somebody to promote it', because: 'the pause of step 2 has no end', since: time },
  }
  return RolloutStatus.parse({
    phase: chance > 0.97 ? 'Paused' : 'Progressing',
    message: 'v2 is being released',
    stable,
    history,
    lastRun: 2,
    run,
  })
}
