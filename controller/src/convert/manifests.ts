import { stringify } from 'yaml'
import type { Converted } from './convert.ts'

/** The objects as one text of YAML, each below a comment that says where it came from. */
export function manifestsText(objects: readonly Converted[]): string {
  return objects
    .map((one) => `# ${originOf(one)}\n${stringify(one.object, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' })}`)
    .join('---\n')
}

/** `from rollout.yaml:3 (Rollout of argoproj.io/v1alpha1, checkout)`, on one line. */
export function originOf({ source, unchanged }: Converted): string {
  const { file, kind, apiVersion, name } = source
  const what = [[kind, apiVersion].filter((part) => part !== '').join(' of '), name].filter((part) => part !== '').join(', ')
  const text = `${unchanged ? 'unchanged, ' : ''}from ${file}:${source.lineOf([])}${what === '' ? '' : ` (${what})`}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name with a line break would end the comment.
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ')
}
