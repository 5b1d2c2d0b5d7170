import type { TextFinding } from '../../api/lintText.ts'
import type { Look } from '../io.ts'
import { paint } from './paint.ts'
import { plural } from './words.ts'

/** One line a finding, `file:line: severity: object: path: message`, and a last line that counts. */
export function findingsView(look: Look, findings: readonly (TextFinding & { file: string })[], files: number): string[] {
  const found = findings.map(({ file, line, severity, name, path, message }) => {
    const where = [name === '?' ? '' : name, message.includes(path) ? '' : path].filter((part) => part !== '').join(': ')
    return `${file}:${line}: ${paint(look, severity === 'error' ? 'bad' : 'held', severity)}: ${where === '' ? '' : `${where}: `}${message}`
  })
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const counts = `${plural(errors, 'error')}, ${plural(warnings, 'warning')} in ${plural(files, 'file')}`
  return [...found, paint(look, errors > 0 ? 'bad' : 'good', counts)]
}
