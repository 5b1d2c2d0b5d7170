import { actKinds } from '../acts/registry.ts'
import type { Cell } from '../cells.ts'
import type { Plan } from '../plan.ts'
import type { Shop } from '../shop.ts'
import type { Nature } from '../versions.ts'

type Where = (plan: Plan) => boolean

/** Worlds in which one of these acts happens. */
export const withAct =
  (...names: string[]): Where =>
  ({ acts }) =>
    acts.some(({ name }) => names.includes(name))

/** Worlds in which one of these commands is given. */
export const withCommand =
  (...actions: string[]): Where =>
  ({ acts }) =>
    acts.some((act) => act.name === 'command' && actions.includes(act.with.action))

/** Worlds in which a version is released that cannot be promoted. */
export const withBadVersion: Where = (plan) => withNature('unready', 'crash', 'missing')(plan)

/** Worlds in which a version of one of these natures is released. */
export const withNature =
  (...natures: Nature[]): Where =>
  ({ acts }) =>
    acts.some((act) => act.name === 'release' && natures.includes(act.with.nature))

/** Worlds with a shop like that. */
export const withShop =
  (fits: (shop: Shop) => boolean): Where =>
  ({ shops }) =>
    shops.some(fits)

export const withAnalysis = withShop(
  ({ rollout }) => rollout.analysis !== undefined || rollout.canary?.steps?.some((step: { analyze?: unknown }) => step.analyze),
)
export const routed = withShop(({ mode }) => mode === 'Routes')
export const pinned = withShop(({ mode }) => mode !== 'Pods')

export const all =
  (...these: Where[]): Where =>
  (plan) =>
    these.every((one) => one(plan))

/** So many releases at least. */
export const withReleases =
  (least: number): Where =>
  ({ acts }) =>
    acts.filter(({ name }) => name === 'release').length >= least

/** Aimed at that stage, with one of these faults. */
export const aimedAt =
  (stage: Cell['stage'], ...faults: string[]): Where =>
  ({ aim }) =>
    aim?.stage === stage && faults.includes(aim.fault)

/** One fault at most, and that late: what may not be blamed on a fault shows. */
export const calm: Where = ({ acts, aim }) =>
  aim?.stage === 'Promoting' && acts.filter(({ name }) => actKinds[name]?.what === 'fault').length === 1

/** One of these happens while one of those lasts. */
export const during =
  (these: Where, those: readonly string[]): Where =>
  (plan) =>
    plan.acts.some((act) => {
      const { at, name, when, with: how } = act
      const until = at + (actKinds[name]?.lasts?.(how) ?? 0)
      const meanwhile = plan.acts.filter((one) => !one.when && one.at >= at && one.at <= until)
      return !when && those.includes(name) && these({ ...plan, acts: meanwhile })
    })

/** A version that cannot be promoted is followed by one that can. */
export const badThenGood: Where = ({ acts, shops }) =>
  acts.some(
    ({ name, shop, at, with: { nature } }) =>
      name === 'release' &&
      ['unready', 'crash', 'missing'].includes(nature) &&
      (shops.find((one) => one.name === shop)?.replicas ?? 0) > 0 &&
      acts.some((one) => one.name === 'release' && one.shop === shop && one.at > at && one.with.nature === 'good'),
  )

/** Steps of a shop are edited soon after a release of it. */
export const editedInMidRun: Where = ({ acts }) =>
  acts.some(
    ({ name, shop, at }) =>
      name === 'editSteps' && acts.some((one) => one.name === 'release' && one.shop === shop && one.at > at - 6_000 && one.at < at - 1_000),
  )

/** Requests that are answered with an error, or not at all. */
export const refusals = ['apiErrors', 'apiConflicts', 'writesForbidden', 'apiAway', 'killedBefore']
/** Two controllers act at once. */
export const twoAct = withAct('leaseless', 'frozenWriting', 'writesLate', 'frozen', 'doubled')

export const mishaps = withAct('killed', 'killedBefore', 'killedAfter', 'answersLost', 'apiAway', 'apiErrors')
