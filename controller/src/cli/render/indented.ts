import type { Look } from '../io.ts'
import { paint, width, wrap } from './paint.ts'

/** `Title    text`, wrapped under itself. A blank that must not be broken at is a no-break space; it comes out as a blank. */
export function indented(look: Look, title: string, text: string, margin = 11): string[] {
  const wrapped = wrap(text, look.columns > 40 ? look.columns - margin : 0)
  return wrapped.map((line, index) => {
    const left = index === 0 ? title : ''
    return (paint(look, 'dim', left) + ' '.repeat(margin - width(left)) + line).replaceAll('\u00a0', ' ').trimEnd()
  })
}
