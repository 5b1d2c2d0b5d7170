import type { CommandView } from '../../../../controller/src/server/dto/detail.ts'
import type { Report } from '../../../../controller/src/server/dto/evidence.ts'

/** Commands that were meant for the run: aimed at it, or aimed at none and given while it was under way. The oldest first. */
export function commandsOf(commands: readonly CommandView[], { run, startedAt, ended }: Report): CommandView[] {
  const from = Date.parse(startedAt)
  const to = ended ? Date.parse(ended.endedAt) : Number.POSITIVE_INFINITY
  const within = (at: number) => at >= from && at <= to
  return commands
    .filter((command) => (command.run === undefined ? within(Date.parse(command.askedAt)) : command.run === run))
    .sort((one, other) => Date.parse(one.askedAt) - Date.parse(other.askedAt))
}

/** How long the run took, or has been under way. In seconds, never less than 0. */
export function tookSeconds({ startedAt, ended }: Report, now: number): number {
  return Math.max(0, ((ended ? Date.parse(ended.endedAt) : now) - Date.parse(startedAt)) / 1000)
}
