import type { Split } from './router.ts'

/** A reference to a backend in a rule of any Gateway API route. Fields not named here are kept. */
export interface BackendRef {
  name: string
  group?: string
  kind?: string
  namespace?: string
  weight?: number
  [other: string]: unknown
}

/** One rule of any Gateway API route. Fields not named here are kept. */
export interface Rule {
  name?: string
  matches?: Record<string, unknown>[]
  backendRefs?: BackendRef[]
  [other: string]: unknown
}

/** The greatest weight that the Gateway API takes. */
const maxWeight = 1_000_000
export const maxBackendRefs = 16

/** A weight that is left out counts 1; a negative one, which no API server lets through, nothing. */
function weightOf(ref: BackendRef): number {
  return Math.max(0, ref.weight ?? 1)
}

/** Whether the reference means that Service of the route's own namespace. */
function refersTo(ref: BackendRef, service: string, namespace: string | undefined): boolean {
  return (
    ref.name === service &&
    (ref.group ?? '') === '' &&
    (ref.kind ?? 'Service') === 'Service' &&
    (ref.namespace === undefined || ref.namespace === namespace)
  )
}

/** A rule's references by what they are to a split. */
export interface Parts {
  roots: BackendRef[]
  canaries: BackendRef[]
  baselines: BackendRef[]
  foreign: BackendRef[]
}

/** The names by which a rule's references are told apart. */
type Ours = Pick<Split, 'root' | 'baseline'> & { canary?: string }

export function partsOf(rule: Rule, split: Ours, namespace: string | undefined): Parts {
  const parts: Parts = { roots: [], canaries: [], baselines: [], foreign: [] }
  for (const ref of rule.backendRefs ?? []) {
    if (refersTo(ref, split.root, namespace)) parts.roots.push(ref)
    else if (split.canary !== undefined && refersTo(ref, split.canary, namespace)) parts.canaries.push(ref)
    else if (split.baseline !== undefined && refersTo(ref, split.baseline, namespace)) parts.baselines.push(ref)
    else parts.foreign.push(ref)
  }
  return parts
}

export function total(refs: readonly BackendRef[]): number {
  return refs.reduce((sum, ref) => sum + weightOf(ref), 0)
}

/** Percent of the split requests for root, canary and baseline; 100 together. */
export function sharesOf({ weight, baseline }: Pick<Split, 'weight' | 'baseline'>): { root: number; canary: number; baseline: number } {
  const fresh = baseline === undefined ? 0 : Math.min(weight, 100 - weight)
  return { root: 100 - weight - fresh, canary: weight, baseline: fresh }
}

/**
 * A rule's references with the split in them: the canary stands beside the root, a copy of its reference (port, filters) under its own name,
 * or is the reference that the rule already has for it; so does the baseline, where there is one. With `w` the canary's weight:
 *
 *     root = r (100 - w - b)    canary = r w    baseline = r b    foreign backend = 100 x    b = min(w, 100 - w), or 0 without a baseline
 *
 * r and x being the original weights divided by their common divisor. So the plain rule shows 100 - w and w,
 * root, canary and baseline together keep exactly the share that the root had beside foreign backends (which are scaled for that: 1 : 3 becomes
 * 80 + 20 : 300), and every number is an integer. Beyond the API's limit the original weights are rounded to about 1 in 10,000; the split itself stays exact.
 * A rule that gives the root no traffic is returned as it is.
 */
export function splitRefs(
  rule: Rule,
  split: Pick<Split, 'root' | 'canary' | 'baseline' | 'weight'>,
  namespace: string | undefined,
): BackendRef[] {
  const refs = rule.backendRefs ?? []
  const parts = partsOf(rule, split, namespace)
  const { roots, canaries, baselines, foreign } = parts
  if (total(roots) === 0) return refs
  const shares = sharesOf(split)
  const units = unitsOf(parts)
  const rootUnits = roots.reduce((sum, ref) => sum + (units.get(ref) ?? 0), 0)
  return refs.flatMap((ref) => {
    const unit = units.get(ref) ?? 0
    if (foreign.includes(ref)) return unit === 0 ? [ref] : [{ ...ref, weight: 100 * unit }]
    if (canaries.includes(ref)) return [{ ...ref, weight: ref === canaries[0] ? rootUnits * shares.canary : 0 }]
    if (baselines.includes(ref)) return [{ ...ref, weight: ref === baselines[0] ? rootUnits * shares.baseline : 0 }]
    const beside: BackendRef[] = canaries.length > 0 ? [] : [{ ...ref, name: split.canary, weight: unit * shares.canary }]
    if (split.baseline !== undefined && baselines.length === 0)
      beside.push({ ...ref, name: split.baseline, weight: unit * shares.baseline })
    return [{ ...ref, weight: unit * shares.root }, ...beside]
  })
}

/** The original weights in the smallest integers that keep their proportions and, times 100, the API's limit. What a canary or baseline had counts as the root's. */
function unitsOf({ roots, canaries, baselines, foreign }: Parts): Map<BackendRef, number> {
  const had = new Map([...roots, ...foreign].map((ref) => [ref, weightOf(ref)]))
  const [first] = roots
  if (first) had.set(first, weightOf(first) + total(canaries) + total(baselines))
  const divisor = [...had.values()].reduce(gcd, 0) || 1
  const rootTotal = roots.reduce((sum, ref) => sum + (had.get(ref) ?? 0), 0)
  // One reference of ours that the rule has already may come to carry the share of several roots.
  const greatest = Math.max(...had.values(), canaries.length + baselines.length > 0 ? rootTotal : 0)
  const limit = maxWeight / 100
  if (greatest / divisor <= limit) return new Map([...had].map(([ref, weight]) => [ref, weight / divisor]))
  // Each reference may be rounded up by 1 at most, so that much is left free.
  const scale = (limit - maxBackendRefs) / greatest
  return new Map([...had].map(([ref, weight]) => [ref, weight === 0 ? 0 : Math.max(1, Math.round(weight * scale))]))
}

/** A rule's references without canary and baseline: what these had is the root's. */
export function rootRefs(rule: Rule, split: Ours, namespace: string | undefined): BackendRef[] | undefined {
  const { roots, canaries, baselines } = partsOf(rule, split, namespace)
  const guests = [...canaries, ...baselines]
  const [first] = roots
  if (!first || guests.length === 0) return rule.backendRefs
  const all = weightOf(first) + total(guests)
  return rule.backendRefs?.filter((ref) => !guests.includes(ref)).map((ref) => (ref === first ? { ...ref, weight: all } : ref))
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** The canary's percent of what root, canary and baseline of this rule get, or undefined when root and canary do not stand beside each other. */
export function canaryPercent(parts: Parts): number | undefined {
  if (parts.roots.length === 0 || parts.canaries.length === 0) return undefined
  const canary = total(parts.canaries)
  const all = canary + total(parts.roots) + total(parts.baselines)
  return all === 0 ? 0 : (100 * canary) / all
}

/** The canary's references alone, for a rule that only its requests reach: the root's, renamed, in the root's proportions. */
export function canaryRefs(rule: Rule, split: Pick<Split, 'root' | 'canary'>, namespace: string | undefined): BackendRef[] {
  const { roots, canaries } = partsOf(rule, split, namespace)
  const [given] = canaries
  if (given) return [{ ...given, weight: 1 }]
  const serving = roots.filter((ref) => weightOf(ref) > 0)
  return serving.map((ref) => ({ ...ref, name: split.canary, weight: serving.length === 1 ? 1 : weightOf(ref) }))
}
