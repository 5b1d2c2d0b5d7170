import { basename } from 'node:path'

/** How people call the program: kubectl runs `kubectl-serin` for `kubectl serin`. */
export function programName(path: string): string {
  return basename(path).startsWith('kubectl-') ? 'kubectl serin' : 'serin'
}
