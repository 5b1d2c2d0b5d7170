import type { Action } from '../actions/actions.ts'
import { keysText } from '../actions/keys.ts'
import { grouped, shortcutsOf } from '../actions/shortcuts.ts'
import { strings } from '../strings.ts'
import { apple } from './apple.ts'
import './Palette.css'

/** All shortcuts that work here and now, by their groups. `single`: keys without Ctrl or Cmd do. */
export function Help({ actions, single }: { actions: readonly Action[]; single: boolean }) {
  return (
    <>
      {!single && <p className="help-off">{strings.palette.help.off}</p>}
      <div className="help">
        {grouped(shortcutsOf(actions, single).values()).map(({ group, actions: of }) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {of.map(({ id, title, keys = '' }) => (
                <div key={id}>
                  <dt>{title}</dt>
                  <dd>
                    <kbd>{keysText(keys, apple)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  )
}
