import type { Obj } from '../../../sandbox/src/types.ts'
import type { Draw } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'
import type { ActKind } from './act.ts'

const ofShop = { what: 'fault', concerns: 'shop' } as const

/** Some of a shop's pods; by the salt, always the same. */
function some(sim: Sim, shop: Shop, share: number, salt: number): Obj[] {
  const draw = sim.random.fork(`pods ${salt}`)
  return [...sim.book.of(shop.name).pods.values()].filter((pod) => !pod.metadata.deletionTimestamp && draw.chance(share))
}

function lost(sim: Sim, shop: Shop, pod: Obj): void {
  // It may have ended meanwhile.
  if (!sim.book.of(shop.name).pods.has(pod.metadata.name)) return
  sim.excuse(shop.name, pod.metadata.uid)
  sim.sandbox.api.delete({ ...pod, namespace: sim.namespaceOf(shop), name: pod.metadata.name }, { gracePeriodSeconds: 0 })
}

const drawSome = (draw: Draw) => ({ share: draw.pick([0.2, 0.5, 1]), salt: draw.whole(1, 1e6) })

/** Pods of a shop die: deleted, as by an eviction. */
export const podsDie: ActKind = {
  ...ofShop,
  often: 4,
  draw: drawSome,
  perform(sim, { share, salt }, shop) {
    for (const pod of some(sim, shop, share, salt)) {
      sim.struck('podsDie', shop.name)
      lost(sim, shop, pod)
    }
  },
}

/** Processes are killed, as when they take too much memory, and started again. */
export const podsCrash: ActKind = {
  ...ofShop,
  often: 2,
  draw: (draw) => ({ ...drawSome(draw), times: draw.whole(1, 2) }),
  lasts: ({ times }) => times * 500,
  perform(sim, { share, salt, times }, shop) {
    for (let n = 0; n < times; n++)
      sim.after(n * 500, () => {
        const them = new Set(some(sim, shop, share, salt).map(({ metadata }) => metadata.uid))
        if (them.size === 0) return
        sim.struck('podsCrash', shop.name)
        for (const uid of them) sim.excuse(shop.name, uid)
        sim.sandbox.mishaps.crash(({ metadata }) => them.has(metadata.uid))
      })
  },
}

/** Pods become unready, as when a database is away, and ready again. */
export const podsUnready: ActKind = {
  ...ofShop,
  often: 3,
  draw: (draw) => ({ ...drawSome(draw), ms: draw.whole(300, 7_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { share, salt, ms }, shop) {
    const them = new Set(some(sim, shop, share, salt).map(({ metadata }) => metadata.uid))
    if (them.size === 0) return
    sim.struck('podsUnready', shop.name)
    for (const uid of them) sim.excuse(shop.name, uid)
    sim.after(
      ms,
      sim.sandbox.mishaps.ail(({ metadata }) => them.has(metadata.uid)),
    )
  },
}

/** A node vanishes: its pods are unready for a while, and then they go. */
export const nodeGone: ActKind = {
  what: 'fault',
  concerns: 'cluster',
  often: 1.5,
  draw: (draw) => ({ node: `node-${draw.whole(1, 3)}`, ms: draw.pick([0, draw.whole(500, 6_000)]) }),
  lasts: ({ ms }) => ms,
  perform(sim, { node, ms }) {
    const them = new Set<string>()
    for (const shop of sim.plan.shops)
      for (const pod of sim.book.of(shop.name).pods.values()) {
        if (pod.spec.nodeName !== node) continue
        sim.struck('nodeGone', shop.name)
        sim.excuse(shop.name, pod.metadata.uid)
        them.add(pod.metadata.uid)
      }
    const well = sim.sandbox.mishaps.ail(({ metadata }) => them.has(metadata.uid))
    sim.after(ms, () => {
      for (const shop of sim.plan.shops)
        for (const pod of [...sim.book.of(shop.name).pods.values()]) if (them.has(pod.metadata.uid)) lost(sim, shop, pod)
      well()
    })
  },
}

const policies = 'admissionregistration.k8s.io/v1'

/** A quota is full: no pod of the namespace is let in. */
export const podsRefused: ActKind = {
  ...ofShop,
  often: 1.5,
  draw: (draw) => ({ ms: draw.whole(500, 9_000) }),
  lasts: ({ ms }) => ms,
  perform(sim, { ms }, shop) {
    const name = `quota-${sim.number()}`
    const inNamespace = { matchLabels: { 'kubernetes.io/metadata.name': sim.namespaceOf(shop) } }
    const resourceRules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
    const { api } = sim.sandbox
    api.create({
      apiVersion: policies,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name } as Obj['metadata'],
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { namespaceSelector: inNamespace, resourceRules },
        validations: [{ expression: 'false', message: 'exceeded quota: simulated' }],
      },
    })
    api.create({
      apiVersion: policies,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name } as Obj['metadata'],
      spec: { policyName: name, validationActions: ['Deny'] },
    })
    for (const one of sim.plan.shops) if (one.namespace === shop.namespace) sim.excuse(one.name)
    sim.struck('podsRefused', shop.name)
    sim.after(ms, () => {
      for (const kind of ['ValidatingAdmissionPolicyBinding', 'ValidatingAdmissionPolicy']) api.delete({ apiVersion: policies, kind, name })
    })
  },
}
