import type { Problem } from '../../../controller/src/server/dto/problem.ts'
import { ApiError, Unreachable } from '../api/client.ts'
import { strings } from '../strings.ts'
import { Button } from './Button.tsx'
import { WarnIcon } from './icons.tsx'
import './States.css'

export interface ErrorStateProps {
  problem?: Problem
  /** What was thrown; its problem is shown where it has one. */
  error?: unknown
  retry?(): void
  /** Inside something else, e.g. a dialog. */
  small?: boolean
}

/** What is wrong, what it means for releases, which right is missing, and what finds it in the logs. */
export function ErrorState({ problem: given, error, retry, small = false }: ErrorStateProps) {
  const problem = given ?? (error instanceof ApiError ? error.problem : undefined)
  const words = strings.parts.error
  const title = problem?.title ?? (error instanceof Unreachable ? words.unreachable : words.unexpected)
  const detail = problem?.detail ?? (error instanceof Error ? error.message : String(error ?? ''))
  return (
    <div className={`error-state ${small ? 'error-state-small' : ''}`} role="alert">
      <p className="error-state-title">
        <WarnIcon />
        {title}
      </p>
      <p>{detail}</p>
      {problem?.missing && <p>{words.missing(problem.missing)}</p>}
      {problem?.errors && (
        <ul>
          {problem.errors.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      <p>{problem?.effect ?? words.effect}</p>
      {problem && <p className="error-state-fine">{words.found(problem.code, problem.requestId)}</p>}
      {retry && <Button onClick={retry}>{words.retry}</Button>}
    </div>
  )
}
