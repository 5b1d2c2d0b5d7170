import type { JsonPatchOp, KubeObject } from '../kube/types.ts'
import {
  type BackendRef,
  canaryPercent,
  canaryRefs,
  maxBackendRefs,
  partsOf,
  type Rule,
  rootRefs,
  splitRefs,
  total,
} from './backendRefs.ts'
import { verifiedByConditions } from './conditions.ts'
import { diffItems, isObject, same } from './patch.ts'
import type { Narrowed } from './requestMatches.ts'
import type { Capabilities, RequestMatch, Router, Split } from './router.ts'
import { heldBy, markOps, stillHeldOps, unmarkOps } from './runLabels.ts'

export const gatewayGroup = 'gateway.networking.k8s.io'
const maxRules = 16
const maxMatches = 128

/** What sets the kinds of route apart. All of them are rules with backendRefs. */
interface GatewayKind {
  kind: string
  plural: string
  matches: Capabilities['matches']
  /** A rule's matches AND the wanted one; left out: the kind does not see requests. */
  narrow?: (source: Rule['matches'], wanted: RequestMatch) => Narrowed
}

/** The router of a Gateway API kind. */
export function gatewayRouter(of: GatewayKind): Router {
  return {
    group: gatewayGroup,
    kind: of.kind,
    plural: of.plural,
    can: { weights: true, matches: of.matches, mirror: 'no', sticky: false, verify: 'conditions' },
    originalOf: (route) => rulesOf(route) ?? null,
    refuses: (route, root, asks = {}) => refusal(of, route, { root, ...asks }),
    warnings: (route, split) => warnings(route, split),
    split(route, original, wanted) {
      const rules = asRules(original) ?? []
      const shown = wantedRules(of, rules, wanted, route.metadata.namespace)
      const ops = rulesOps(route, shown, shown.length - rules.length)
      // Let go meanwhile by a leader for which the run is over: nobody would put back what is written now.
      return [...(ops.length > 0 ? stillHeldOps(route) : []), ...ops, ...markOps(route, wanted)]
    },
    restore: (route, original) => rulesOps(route, asRules(original), 0),
    giveUp(route, split) {
      const refs = (rule: Rule) => rootRefs(rule, split, route.metadata.namespace)
      const rules = rulesOf(route)?.map((rule) => (rule.backendRefs ? { ...rule, backendRefs: refs(rule) as BackendRef[] } : rule))
      return rulesOps(route, rules, 0)
    },
    release(route) {
      const ops = unmarkOps(route)
      // Another leader may have split its rules since, and that would stay.
      return ops.length > 0 ? [...asSeen(route), ...ops] : []
    },
    weightOf(route, split) {
      const percents = (rulesOf(route) ?? []).map((rule, i) =>
        listed(rule, i, split.rules) ? canaryPercent(partsOf(rule, split, route.metadata.namespace)) : undefined,
      )
      const known = percents.filter((percent) => percent !== undefined)
      return known.length === 0 ? undefined : Math.max(...known)
    },
    verified: verifiedByConditions,
  }
}

function asRules(value: unknown): Rule[] | undefined {
  return Array.isArray(value) ? (value as Rule[]) : undefined
}

function rulesOf(route: KubeObject): Rule[] | undefined {
  return isObject(route.spec) ? asRules(route.spec.rules) : undefined
}

/** What a rule is called in `Split.rules` and in sentences. */
function nameOf(rule: Rule, index: number): string {
  return rule.name ?? String(index)
}

function listed(rule: Rule, index: number, rules: readonly string[] | undefined): boolean {
  return rules === undefined || rules.includes(nameOf(rule, index))
}

/** The rules whose requests are split: listed, and giving the root traffic. */
function isSplit(rule: Rule, index: number, wanted: Pick<Split, 'root' | 'rules'>, namespace: string | undefined): boolean {
  return listed(rule, index, wanted.rules) && total(partsOf(rule, wanted, namespace).roots) > 0
}

/** The original rules with the split in them, then, for each match, one rule of our own per split rule. */
function wantedRules(of: GatewayKind, rules: readonly Rule[], wanted: Split, namespace: string | undefined): Rule[] {
  const split = rules.map((rule, i) =>
    isSplit(rule, i, wanted, namespace) ? { ...rule, backendRefs: splitRefs(rule, wanted, namespace) } : rule,
  )
  return [...split, ...(wanted.matches ?? []).flatMap((match) => matchRules(of, rules, match, wanted, namespace))]
}

/** Copies of the split rules, filters, timeouts and all, for the requests of one match; these go to the canary alone. */
function matchRules(of: GatewayKind, rules: readonly Rule[], match: RequestMatch, wanted: Split, namespace: string | undefined): Rule[] {
  const made: Rule[] = []
  rules.forEach((rule, i) => {
    const narrowed = isSplit(rule, i, wanted, namespace) ? of.narrow?.(rule.matches, match) : undefined
    if (!narrowed || 'refused' in narrowed || narrowed.matches.length === 0) return
    const name = made.length === 0 ? match.name : `${match.name}-${made.length}`
    made.push({ ...rule, name, matches: narrowed.matches, backendRefs: canaryRefs(rule, wanted, namespace) })
  })
  return made
}

/** Patches from the rules that are there to those wanted, the last `ours` of which are made by us. */
function rulesOps(route: KubeObject, wanted: Rule[] | undefined, ours: number): JsonPatchOp[] {
  const current = rulesOf(route)
  const ops: JsonPatchOp[] = []
  if (wanted === undefined) {
    if (current !== undefined) ops.push({ op: 'remove', path: '/spec/rules' })
  } else if (current === undefined) {
    if (wanted.length > 0) ops.push({ op: 'add', path: '/spec/rules', value: wanted })
  } else {
    const target = wanted.map((rule, i) => (i >= wanted.length - ours ? asServed(rule, current[i]) : rule))
    ops.push(...diffItems(['spec', 'rules'], current, target))
  }
  // The patches name rules by their places, so they hold only for the spec that they were made from.
  return ops.length > 0 ? [...asSeen(route), ...ops] : []
}

/** Fails where the spec is another than was seen. */
function asSeen({ metadata: { generation } }: KubeObject): JsonPatchOp[] {
  return generation === undefined ? [] : [{ op: 'test', path: '/metadata/generation', value: generation }]
}

/** Rules have names only in newer versions of the API; an older one drops ours, and that is no difference. */
function asServed(rule: Rule, current: Rule | undefined): Rule {
  const { name: _, ...nameless } = rule
  return same(nameless, current) ? nameless : rule
}

function refusal(of: GatewayKind, route: KubeObject, asks: Pick<Split, 'root'> & Partial<Split>): string | undefined {
  const { namespace, name } = route.metadata
  const me = `${of.kind} ${name}`
  const holder = heldBy(route)
  if (asks.rollout !== undefined && holder !== undefined && holder !== asks.rollout) return `${me} is in a run of Rollout ${holder}`
  const rules = rulesOf(route) ?? []
  const naming = rules.filter((rule) => partsOf(rule, asks, namespace).roots.length > 0)
  if (naming.length === 0) return `no rule of ${me} names Service ${asks.root} as a backend`
  // In the Rollout's own run the rest was asked before it, of the rules as they were then.
  if (holder !== undefined && holder === asks.rollout) return undefined
  for (const wanted of asks.rules ?? []) {
    const i = rules.findIndex((rule, at) => nameOf(rule, at) === wanted)
    const rule = rules[i]
    if (!rule) return `${me} has no rule ${wanted}`
    if (!naming.includes(rule)) return `rule ${wanted} of ${me} does not name Service ${asks.root} as a backend`
  }
  const split = rules.filter((rule, i) => isSplit(rule, i, asks, namespace))
  if (split.length === 0) return `${me} gives Service ${asks.root} no traffic: its weight is 0`
  const beside = asks.baseline === undefined ? 1 : 2
  const full = split.find((rule) => (rule.backendRefs?.length ?? 0) + beside * partsOf(rule, asks, namespace).roots.length > maxBackendRefs)
  if (full) {
    const guests = asks.baseline === undefined ? 'the canary' : 'the canary and the fresh baseline'
    return `rule ${nameOf(full, rules.indexOf(full))} of ${me} has no room for ${guests}: ${maxBackendRefs} backends are the most`
  }
  return matchRefusal(of, me, rules, asks, namespace)
}

function matchRefusal(
  of: GatewayKind,
  me: string,
  rules: Rule[],
  asks: Pick<Split, 'root'> & Partial<Split>,
  namespace: string | undefined,
): string | undefined {
  const matches = asks.matches ?? []
  if (matches.length === 0) return undefined
  if (!of.narrow) return `${me} cannot choose by request: a ${of.kind} sees connections only`
  for (const match of matches) {
    for (const [i, rule] of rules.entries()) {
      if (!isSplit(rule, i, asks, namespace)) continue
      const narrowed = of.narrow(rule.matches, match)
      if ('refused' in narrowed) return `match ${match.name} on rule ${nameOf(rule, i)} of ${me}: ${narrowed.refused}`
    }
  }
  const all = wantedRules(of, rules, { canary: '', weight: 0, runId: '', rollout: '', ...asks }, namespace)
  if (all.length > maxRules) return `${me} has no room for the rules of ${matches.length} matches: ${maxRules} rules are the most`
  const names = all.flatMap((rule) => rule.name ?? [])
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) return `${me} would have two rules named ${twice}: give the match another name`
  if (all.reduce((sum, rule) => sum + (rule.matches?.length ?? 1), 0) > maxMatches)
    return `${me} would have more than ${maxMatches} matches`
  return undefined
}

function warnings(route: KubeObject, split: Split): string[] {
  const { namespace } = route.metadata
  const me = `${route.kind} ${route.metadata.name}`
  return (rulesOf(route) ?? []).flatMap((rule, i) => {
    const { roots, canaries, baselines, foreign } = partsOf(rule, split, namespace)
    const where = `rule ${nameOf(rule, i)} of ${me}`
    const ours = total(roots) + total(canaries) + total(baselines)
    if (!listed(rule, i, split.rules) || roots.length === 0 || ours === 0) return []
    const all = ours + total(foreign)
    const said = foreign
      .filter((ref) => total([ref]) > 0)
      .map(
        (ref) =>
          `${where}: ${ref.kind ?? 'Service'} ${ref.name} takes ${percent(total([ref]), all)} of the traffic, so a weight of ${split.weight} is ${percent(split.weight * ours, 100 * all)} of all`,
      )
    if (isObject(rule.sessionPersistence))
      said.push(`${where} has sessionPersistence: clients stay on the version they met first, whatever the weight`)
    return said
  })
}

/** Rounded to a tenth. */
function percent(part: number, whole: number): string {
  return `${Math.round((1000 * part) / whole) / 10} %`
}
