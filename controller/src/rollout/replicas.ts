/** How many pods a split needs. All numbers of pods and percents are integers unless it says otherwise; N is the workload's size, w the canary's weight in percent. */

/**
 * The canary's size where a route carries the weights.
 *
 *     match traffic: max(ceil(N w / 100), minPods)      match full: max(N, minPods)
 *
 * so 0 at weight 0 when nothing asks for pods (minPods 0). 0 too when N is 0: a workload scaled to nothing serves nobody.
 */
export function canaryReplicas(of: { total: number; weight: number; minPods: number; match: 'traffic' | 'full' }): number {
  if (of.total === 0) return 0
  return Math.max(of.match === 'full' ? of.total : share(of.total, of.weight), of.minPods)
}

/**
 * The canary's size where its pods carry the weight by their number, beside all N of stable: the c whose share c / (N + c) is nearest to w,
 * the smaller of two that are as near. Exactly, c = N w / (100 - w).
 * At least 1 for w > 0 (and N > 0); never above N, which is 50 %: the most that pods in proportion carry.
 * `percent` is the share that c really has, 100 c / (N + c), not rounded; 0 when there are no pods.
 */
export function proportion(of: { total: number; weight: number }): { replicas: number; percent: number } {
  const { total, weight } = of
  if (total === 0 || weight === 0) return { replicas: 0, percent: 0 }
  const replicas = weight >= 50 ? total : Math.min(total, Math.max(1, nearest(total, weight)))
  return { replicas, percent: (100 * replicas) / (total + replicas) }
}

/** |c / (N + c) - w / 100| of the two neighbours, compared without division: the denominators change places. */
function nearest(total: number, weight: number): number {
  const below = Math.floor((total * weight) / (100 - weight))
  const above = below + 1
  const short = (weight * (total + below) - 100 * below) * (total + above)
  const over = (100 * above - weight * (total + above)) * (total + below)
  return short <= over ? below : above
}

/** How many pods stable must keep available while the canary has weight w: ceil(N (100 - w) / 100). */
export function stableNeeds(of: { total: number; weight: number }): number {
  return share(of.total, 100 - of.weight)
}

/** Whether stable's available pods carry its share: available >= ceil(N (100 - w) / 100). Asked before a weight moves, in either direction, with the weight to come. */
export function stableEnough(of: { total: number; available: number; weight: number }): boolean {
  return of.available >= stableNeeds(of)
}

/** Pods for that percent of the traffic. The product is an integer, so no rounding error can lift the quotient over the next one. */
function share(total: number, percent: number): number {
  return Math.ceil((total * percent) / 100)
}
