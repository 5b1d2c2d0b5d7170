import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import { instant } from './scene.ts'

/**
 * What a controller noted whose clock is ahead happened now, at the latest: else whoever leads after it would wait longer for a pause, a settling or a
 * drain, by as much as their clocks differ.
 */
export function notAhead(status: RolloutStatus, now: Instant): RolloutStatus {
  const { run } = status
  if (!run) return status
  const { stageSince } = noted(run, ['stageSince'], now)
  const step = run.step && noted(run.step, ['since'], now)
  return { ...status, run: { ...run, stageSince, ...(step ? { step } : {}), weight: noted(run.weight, ['since', 'confirmedAt'], now) } }
}

function noted<T extends object>(of: T, stamps: (keyof T)[], now: Instant): T {
  const ahead = stamps.filter((stamp) => typeof of[stamp] === 'string' && instant(of[stamp]) > now)
  return { ...of, ...Object.fromEntries(ahead.map((stamp) => [stamp, iso(now)])) }
}
