import type { TemplateCheck } from '../../../../controller/src/server/dto/measuring.ts'

export type Finding = TemplateCheck['findings'][number]

/** Errors before warnings, each in the order of lines; those without a line come first. */
export function sorted(findings: readonly Finding[]): Finding[] {
  const weight = ({ severity }: Finding) => (severity === 'error' ? 0 : 1)
  return findings.toSorted((one, other) => weight(one) - weight(other) || (one.line ?? 0) - (other.line ?? 0))
}

/** The worst that is found on each line. */
export function byLine(findings: readonly Finding[]): Map<number, Finding['severity']> {
  const lines = new Map<number, Finding['severity']>()
  for (const { line, severity } of findings) if (line !== undefined && lines.get(line) !== 'error') lines.set(line, severity)
  return lines
}

/** Where a line begins and ends in a text, to select it. Lines are counted from 1; beyond the end it is the last one. */
export function rangeOf(text: string, line: number): [from: number, to: number] {
  const lines = text.split('\n')
  const index = Math.min(Math.max(1, line), lines.length) - 1
  const from = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0)
  return [from, from + (lines[index]?.length ?? 0)]
}
