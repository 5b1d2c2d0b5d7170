import type { Finding } from '../../convert/finding.ts'
import type { Look } from '../io.ts'
import { paint, type Tone } from './paint.ts'
import { plural } from './words.ts'

const tones: Record<Finding['severity'], Tone> = { lost: 'bad', changed: 'busy', todo: 'held' }

/** One line a finding, `file:line: severity: path: what. What to do.`, and a last line that counts. */
export function conversionView(look: Look, findings: readonly Finding[], counts: { converted: number; unchanged: number }): string[] {
  const found = findings.map(({ file, line, severity, path, what, doInstead }) => {
    const words = `${what}${doInstead === '' ? '' : `: ${doInstead}`}`
    return `${file}:${line}: ${paint(look, tones[severity], severity)}: ${path === '' ? '' : `${path}: `}${words}`
  })
  const number = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  const [lost, changed, todo] = [number('lost'), number('changed'), number('todo')]
  const made = `${plural(counts.converted, 'object')} made, ${counts.unchanged} unchanged; ${lost} lost, ${changed} changed, ${todo} to do`
  return [...found, paint(look, lost > 0 ? 'bad' : todo > 0 ? 'held' : 'good', made)]
}
