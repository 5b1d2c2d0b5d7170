import { useState } from 'react'
import type { CommandRequest } from '../../../../controller/src/server/dto/detail.ts'
import type { Release } from '../../../../controller/src/server/dto/release.ts'
import { path, post } from '../../api/client.ts'
import { Button } from '../../parts/Button.tsx'
import { ConfirmDialog } from '../../parts/Dialog.tsx'
import { strings } from '../../strings.ts'

const words = strings.releases.bulk

type Order = 'pause' | 'resume' | 'abort'

/** Asks one thing of several releases: told which, and how many; what becomes of each is shown. */
export function Bulk({ chosen, onClear }: { chosen: readonly Release[]; onClear(): void }) {
  const [order, setOrder] = useState<Order>()
  const [answers, setAnswers] = useState<ReadonlyMap<string, string>>(new Map())
  const [busy, setBusy] = useState(false)
  const able = chosen.filter(({ run, attention }) => run && (order !== 'resume' || attention?.kind === 'Paused' || run.paused))
  const send = async (action: Order, reason: string) => {
    setBusy(true)
    for (const { namespace, name, uid, run } of able) {
      const asked: CommandRequest = { action, ...(run ? { run: run.id } : {}), ...(reason === '' ? {} : { reason }) }
      const answer = await post(path(['releases', namespace, name, 'commands']), asked).then(
        () => words.ok,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      setAnswers((before) => new Map(before).set(uid, answer))
    }
    setBusy(false)
  }
  const close = () => {
    if (busy) return
    setOrder(undefined)
    setAnswers(new Map())
  }
  const done = able.length > 0 && answers.size === able.length
  return (
    <section className="releases-bulk" aria-label={words.selected(chosen.length)}>
      <strong>{words.selected(chosen.length)}</strong>
      <Button onClick={() => setOrder('pause')}>{words.pause}</Button>
      <Button onClick={() => setOrder('resume')}>{words.resume}</Button>
      <Button kind="danger" onClick={() => setOrder('abort')}>
        {words.abort}
      </Button>
      <Button onClick={onClear}>{words.clear}</Button>
      {order && (
        <ConfirmDialog
          open
          onClose={close}
          title={words.title[order]}
          text={words.text[order]}
          kind={order === 'abort' ? 'danger' : 'primary'}
          confirm={done ? words.close : words.confirm[order]}
          reason={answers.size > 0 ? 'none' : order === 'abort' ? 'required' : 'optional'}
          {...(answers.size > 0 ? {} : { typed: String(able.length) })}
          busy={busy}
          onConfirm={(reason) => (done ? close() : void send(order, reason))}
        >
          {able.length < chosen.length && <p>{words.withoutRun(chosen.length - able.length)}</p>}
          {answers.size > 0 && <p role="status">{words.asked(answers.size, able.length)}</p>}
          <ul className="releases-bulk-list">
            {able.map(({ namespace, name, uid }) => (
              <li key={uid}>
                {namespace}/{name}
                {answers.has(uid) && <span className="releases-fine">{answers.get(uid)}</span>}
              </li>
            ))}
          </ul>
        </ConfirmDialog>
      )}
    </section>
  )
}
