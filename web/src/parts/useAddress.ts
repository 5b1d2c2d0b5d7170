import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Writes what is shown into the address of the screen, in place of what it said: no step back leads there. What is undefined is taken out, other parts stay. */
export function useAddress(): (shown: object) => void {
  const navigate = useNavigate()
  return useCallback(
    (shown) =>
      void navigate({ to: '.', search: ((before: object) => ({ ...before, ...shown })) as never, replace: true, resetScroll: false }),
    [navigate],
  )
}
