import type { Look } from '../io.ts'
import { paint } from './paint.ts'

/** A bar of `cells` characters for a percentage. Anything above 0 shows at least one cell, anything below 100 leaves at least one. */
export function bar(look: Look, percent: number, cells = 20): string {
  const exact = Math.round((percent * cells) / 100)
  const full = percent <= 0 ? 0 : percent >= 100 ? cells : Math.min(Math.max(exact, 1), cells - 1)
  const [on, off] = look.unicode ? ['█', '░'] : ['#', '-']
  return paint(look, 'busy', on.repeat(full)) + paint(look, 'dim', off.repeat(cells - full))
}
