import { type FormEvent, useState } from 'react'
import type { LoginMethod, LoginMethods } from '../../../../controller/src/server/dto/session.ts'
import icon from '../../icon.svg'
import { Button } from '../../parts/Button.tsx'
import { Code } from '../../parts/Code.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { Skeleton } from '../../parts/Skeleton.tsx'
import { strings } from '../../strings.ts'
import './Login.css'
import '../../parts/Field.css'
import '../../styles/base.css'

const words = strings.login

export interface LoginViewProps {
  methods?: LoginMethods
  /** Why the ways to log in are not known. */
  error?: unknown
  retry?(): void
  /** Why a login elsewhere did not work, and the request that finds it in the logs. */
  why?: string
  request?: string
  /** What is under way: the method's id, or the person's name. */
  busy?: string
  /** Why the form was refused. */
  refused?: unknown
  /** The address where a button leads. */
  hrefOf(method: LoginMethod): string
  onToken(token: string): void
  onPerson(name: string): void
}

export function LoginView(props: LoginViewProps) {
  const { methods, error, retry, why, request, refused } = props
  return (
    <main className="login-page" id="main">
      <div className="login">
        <div className="login-head">
          <img src={icon} alt="" />
          <div>
            <h1>{words.title}</h1>
            {methods?.installation && <p>{words.to(methods.installation)}</p>}
          </div>
        </div>
        {why && (
          <p className="login-note" role="alert">
            {words.errors[why] ?? words.errors.other}
            {request && <small>{words.request(request)}</small>}
          </p>
        )}
        {refused !== undefined && refused !== null && <ErrorState error={refused} small />}
        {methods ? (
          <Ways {...props} methods={methods.methods} />
        ) : error ? (
          <ErrorState error={error} {...(retry ? { retry } : {})} small />
        ) : (
          <Skeleton rows={3} />
        )}
      </div>
    </main>
  )
}

/** With one click first, forms after them. */
const order: readonly LoginMethod['id'][] = ['oidc', 'demo', 'proxy', 'kubeconfig', 'token']

function Ways({ methods, ...props }: Omit<LoginViewProps, 'methods'> & { methods: readonly LoginMethod[] }) {
  if (methods.length === 0) return <EmptyState title={words.none} text={words.noneText} />
  return methods
    .toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id))
    .map((method) => (
      <section key={method.id} className="login-way" aria-label={method.title}>
        <Way method={method} {...props} />
      </section>
    ))
}

function Way({ method, hrefOf, busy, onPerson, onToken }: Omit<LoginViewProps, 'methods'> & { method: LoginMethod }) {
  if (method.href !== undefined) {
    return (
      <a className="button button-primary login-wide" href={hrefOf(method)}>
        {method.title}
      </a>
    )
  }
  switch (method.id) {
    case 'demo':
      return (
        <>
          <h2>{words.demoTitle}</h2>
          <p className="muted">{words.demoText}</p>
          {(method.people ?? []).map((name) => (
            <Button
              key={name}
              className="login-wide login-person"
              busy={busy === name}
              disabled={busy !== undefined}
              onClick={() => onPerson(name)}
            >
              <b>{name}</b> <span className="muted">{words.people[name]}</span>
            </Button>
          ))}
        </>
      )
    case 'token':
      return <TokenForm busy={busy !== undefined} onToken={onToken} />
    case 'kubeconfig':
      return <p>{words.kubeconfig}</p>
    case 'proxy':
      return <p>{words.proxy}</p>
    case 'oidc':
      return <p>{method.title}</p>
  }
}

function TokenForm({ busy, onToken }: { busy: boolean; onToken(token: string): void }) {
  const [token, setToken] = useState('')
  const [lacking, setLacking] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy) return
    setLacking(token.trim() === '')
    if (token.trim() !== '') onToken(token.trim())
  }
  return (
    <form className="field-stack" onSubmit={submit} autoComplete="off">
      <label className="field">
        <span>{words.tokenLabel}</span>
        <input
          className="field-input"
          type="password"
          autoComplete="off"
          spellCheck={false}
          maxLength={20_000}
          value={token}
          aria-describedby="login-token-help"
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      {lacking && (
        <p className="field-problem" role="alert">
          {words.tokenNeeded}
        </p>
      )}
      <p className="muted" id="login-token-help">
        {words.tokenHelp}
      </p>
      <Code text={words.tokenCommand} />
      <Button kind="primary" type="submit" className="login-wide" busy={busy}>
        {words.tokenButton}
      </Button>
    </form>
  )
}
